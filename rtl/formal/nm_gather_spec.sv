// What nm_gather is proved to be: of all inputs, the one whose number is the position.
module nm_gather_spec #(
    parameter int unsigned Inputs = 4,
    parameter int unsigned Bits = 9,
    localparam int unsigned PositionBits = $clog2(Inputs)
) (
    input  logic [Inputs-1:0][Bits-1:0] inputs_i,
    input  logic [PositionBits-1:0] position_i,
    output logic [Bits-1:0] selected_o
);
  always_comb begin
    selected_o = '0;
    for (int unsigned i = 0; i < Inputs; i++) begin
      selected_o |= {Bits{position_i == PositionBits'(i)}} & inputs_i[i];
    end
  end
endmodule
