// The exact sums of four lanes at bits 0, 8, 15 and 22 of a slice's P: each lane's own bits, the carries that left it
// put on top, those of the lane below taken off. Combinational.
// Formal pair: formal/quad_resolve_spec.sv
module quad_resolve #(
    parameter int unsigned CarryBits = 18
) (
    input  logic        [47:0]                p_i,
    // Carries out of the three lower lanes.
    input  logic        [ 2:0][CarryBits-1:0] carries_i,
    output logic        [ 3:0][         25:0] sums_o
);
  logic [3:0][25:0] below;
  assign below[0] = '0;
  for (genvar lane = 1; lane < 4; lane++) begin : gen_below
    assign below[lane] = 26'($signed(carries_i[lane-1]));
  end

  assign sums_o[0] = 26'($signed({carries_i[0], p_i[7:0]})) - below[0];
  assign sums_o[1] = 26'($signed({carries_i[1], p_i[14:8]})) - below[1];
  assign sums_o[2] = 26'($signed({carries_i[2], p_i[21:15]})) - below[2];
  assign sums_o[3] = p_i[47:22] - below[3];
endmodule
