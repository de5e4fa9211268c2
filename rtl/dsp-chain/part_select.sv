// The nodes that end the parts of all chains, in the order of their columns: with parts of g groups, part j of a
// chain ends at node (j + 1) g - 1, and the parts of a chain are neighbouring columns. Combinational.
module part_select #(
    parameter int unsigned Chains = 2,
    parameter int unsigned Nodes = 8,
    parameter int unsigned Bits = 64,
    localparam int unsigned GroupBits = $clog2(Nodes + 1)
) (
    input  logic [       GroupBits-1:0]           part_groups_i,
    input  logic [Chains-1:0][Nodes-1:0][Bits-1:0] nodes_i,
    output logic [Chains*Nodes-1:0][Bits-1:0]     parts_o
);
  always_comb begin
    parts_o = '0;
    for (int unsigned groups = 1; groups <= Nodes; groups++) begin
      if (part_groups_i == GroupBits'(groups)) begin
        for (int unsigned i = 0; i < Chains * (Nodes / groups); i++) begin
          parts_o[i] = nodes_i[i/(Nodes/groups)][(i%(Nodes/groups)+1)*groups-1];
        end
      end
    end
  end
endmodule
