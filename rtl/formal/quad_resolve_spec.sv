// Definition of dsp-chain/quad_resolve: sum(lane) = carries(lane) * 2^width(lane) + bits(lane) - carries(lane - 1),
// modulo 2^26.
module quad_resolve_spec #(
    parameter int unsigned CarryBits = 18
) (
    input  logic [47:0]                p_i,
    input  logic [ 2:0][CarryBits-1:0] carries_i,
    output logic [ 3:0][         25:0] sums_o
);
  logic signed [25:0] out_of_0, out_of_1, out_of_2;
  assign out_of_0 = 26'($signed(carries_i[0]));
  assign out_of_1 = 26'($signed(carries_i[1]));
  assign out_of_2 = 26'($signed(carries_i[2]));
  assign sums_o[0] = 26'd256 * out_of_0 + 26'(p_i[7:0]);
  assign sums_o[1] = 26'd128 * out_of_1 + 26'(p_i[14:8]) - out_of_0;
  assign sums_o[2] = 26'd128 * out_of_2 + 26'(p_i[21:15]) - out_of_1;
  assign sums_o[3] = p_i[47:22] - out_of_2;
endmodule
