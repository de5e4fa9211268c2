// The sums of one pair of rows that all chains work at: the parts of the chains, pair of rows after pair of rows of the
// arrangement for matrices, become neighbouring columns. Combinational.
module vector_parts #(
    // Pairs of rows, and chains of each.
    parameter int unsigned Pairs = 4,
    parameter int unsigned Columns = 2,
    parameter int unsigned Nodes = 8,
    // Chains that take part.
    parameter int unsigned VectorColumns = 8,
    parameter int unsigned Bits = 64,
    localparam int unsigned GroupBits = $clog2(Nodes + 1)
) (
    input  logic [GroupBits-1:0]                        part_groups_i,
    // As part_select has them.
    input  logic [Pairs-1:0][Columns*Nodes-1:0][Bits-1:0] parts_i,
    output logic [VectorColumns*Nodes-1:0][Bits-1:0]    parts_o
);
  always_comb begin
    parts_o = '0;
    for (int unsigned groups = 1; groups <= Nodes; groups++) begin
      if (part_groups_i == GroupBits'(groups)) begin
        for (int unsigned i = 0; i < VectorColumns * (Nodes / groups); i++) begin
          parts_o[i] = parts_i[i/(Columns*(Nodes/groups))][i%(Columns*(Nodes/groups))];
        end
      end
    end
  end
endmodule
