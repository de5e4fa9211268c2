// Definition of dsp-chain/lane_correct: P = upper * 2^18 + lower, the lower lane being two's complement of 18 bits.
module lane_correct_spec (
    input  logic [47:0] p_i,
    output logic [29:0] upper_o,
    output logic [17:0] lower_o
);
  logic signed [47:0] lower, difference;
  assign lower = 48'($signed(p_i[17:0]));
  assign difference = p_i - lower;
  assign upper_o = 30'(difference >>> 18);
  assign lower_o = lower[17:0];
endmodule
