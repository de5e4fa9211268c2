// The activation that a kept weight of an N:M block meets: the one at its position. Combinational.
module nm_gather #(
    parameter int unsigned Inputs = 4,
    parameter int unsigned Bits = 9,
    localparam int unsigned PositionBits = $clog2(Inputs)
) (
    input  logic [Inputs-1:0][Bits-1:0] inputs_i,
    input  logic [PositionBits-1:0] position_i,
    output logic [Bits-1:0] selected_o
);
  assign selected_o = inputs_i[position_i];
endmodule
