// The binary16 number nearest to a binary32 one, ties to even; every NaN is the positive quiet one. Combinational.
module half_narrow (
    input  logic [31:0] single_i,
    output logic [15:0] half_o
);
  logic is_zero, is_infinite, is_nan;
  logic signed [10:0] exponent, biased;
  logic signed [7:0] bounded;
  logic [23:0] significand;
  logic [15:0] rounded;

  float_unpack u_unpack (
      .number_i     (single_i),
      .is_zero_o    (is_zero),
      .is_infinite_o(is_infinite),
      .is_nan_o     (is_nan),
      .exponent_o   (exponent),
      .significand_o(significand)
  );

  // What is beyond these bounds overflows, or is less than half of the least number.
  assign biased = exponent - 11'sd112;
  assign bounded = biased > 11'sd63 ? 8'sd63 : biased < -11'sd64 ? -8'sd64 : 8'(biased);
  float_round #(
      .ExponentBits   (5),
      .FractionBits   (10),
      .SignificandBits(24)
  ) u_round (
      .sign_i       (single_i[31]),
      .exponent_i   (bounded),
      .significand_i(significand),
      .number_o     (rounded)
  );

  always_comb begin
    half_o = rounded;
    if (is_nan) half_o = 16'h7E00;
    else if (is_infinite) half_o = {single_i[31], 15'h7C00};
    else if (is_zero) half_o = {single_i[31], 15'd0};
  end
endmodule
