// Pair: common/half_widen. The binary32 number of the same value: a subnormal's highest bit is looked for from below.
module half_widen_spec (
    input  logic [15:0] half_i,
    output logic [31:0] single_o
);
  logic [4:0] exponent;
  logic [9:0] fraction;

  assign exponent = half_i[14:10];
  assign fraction = half_i[9:0];

  always_comb begin
    // Normal numbers: the bias grows from 15 to 127.
    single_o = {half_i[15], 8'(exponent) + 8'd112, fraction, 13'd0};
    if (exponent == 5'd31) single_o = fraction == '0 ? {half_i[15], 31'h7F80_0000} : 32'h7FC0_0000;
    if (exponent == 5'd0) begin
      single_o = {half_i[15], 31'd0};
      // fraction * 2^-24: a highest bit at place p is 2^(p - 24).
      for (int unsigned place = 0; place < 10; place++) begin
        if (fraction[place]) single_o = {half_i[15], 8'd103 + 8'(place), 23'({13'd0, fraction} << (23 - place))};
      end
    end
  end
endmodule
