// Definition of dsp-chain/quad_lanes: what is left of P when the bits below a lane, as a signed number, are taken off; of that
// the lane's own bits as a signed number.
module quad_lanes_spec (
    input  logic [47:0]       p_i,
    output logic [ 3:0][25:0] sums_o
);
  logic signed [47:0] rest_1, rest_2, rest_3;
  assign rest_1 = ($signed(p_i) - 48'($signed(p_i[7:0]))) >>> 8;
  assign rest_2 = ($signed(p_i) - 48'($signed(p_i[14:0]))) >>> 15;
  assign rest_3 = ($signed(p_i) - 48'($signed(p_i[21:0]))) >>> 22;
  assign sums_o[0] = 26'($signed(p_i[7:0]));
  assign sums_o[1] = 26'($signed(rest_1[6:0]));
  assign sums_o[2] = 26'($signed(rest_2[6:0]));
  assign sums_o[3] = rest_3[25:0];
endmodule
