// IEEE 754 quotient, round to nearest, ties to even; subnormal operands and results; every NaN is the positive quiet one.
// One bit of the quotient per row of subtractors. Combinational.
module float_divide #(
    parameter int unsigned ExponentBits = 8,
    parameter int unsigned FractionBits = 23,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits
) (
    input  logic [Width-1:0] dividend_i,
    input  logic [Width-1:0] divisor_i,
    output logic [Width-1:0] quotient_o
);
  // Of two significands with their highest bits set the quotient lies between 1/2 and 2: one bit more than the fraction
  // and its hidden bit, and one to round by.
  localparam int unsigned QuotientBits = FractionBits + 3;
  localparam int unsigned RangeBits = ExponentBits + 3;
  localparam int Bias = (1 << (ExponentBits - 1)) - 1;

  typedef logic signed [RangeBits-1:0] range_t;

  logic dividend_is_zero, divisor_is_zero, dividend_is_infinite, divisor_is_infinite, dividend_is_nan, divisor_is_nan;
  range_t dividend_exponent, divisor_exponent;
  logic [FractionBits:0] dividend_significand, divisor_significand;

  float_unpack #(
      .ExponentBits(ExponentBits),
      .FractionBits(FractionBits)
  ) u_unpack_dividend (
      .number_i     (dividend_i),
      .is_zero_o    (dividend_is_zero),
      .is_infinite_o(dividend_is_infinite),
      .is_nan_o     (dividend_is_nan),
      .exponent_o   (dividend_exponent),
      .significand_o(dividend_significand)
  );

  float_unpack #(
      .ExponentBits(ExponentBits),
      .FractionBits(FractionBits)
  ) u_unpack_divisor (
      .number_i     (divisor_i),
      .is_zero_o    (divisor_is_zero),
      .is_infinite_o(divisor_is_infinite),
      .is_nan_o     (divisor_is_nan),
      .exponent_o   (divisor_exponent),
      .significand_o(divisor_significand)
  );

  logic sign;
  logic [QuotientBits-1:0] quotient;
  logic [FractionBits+1:0] remainder;
  logic [Width-1:0] rounded;

  assign sign = dividend_i[Width-1] ^ divisor_i[Width-1];

  // The remainder stays below twice the divisor.
  always_comb begin
    remainder = {1'b0, dividend_significand};
    for (int unsigned i = 0; i < QuotientBits; i++) begin
      quotient[QuotientBits-1-i] = remainder >= {1'b0, divisor_significand};
      if (remainder >= {1'b0, divisor_significand}) remainder = remainder - {1'b0, divisor_significand};
      remainder = remainder << 1;
    end
  end

  float_round #(
      .ExponentBits   (ExponentBits),
      .FractionBits   (FractionBits),
      .SignificandBits(QuotientBits + 1)
  ) u_round (
      .sign_i       (sign),
      .exponent_i   (dividend_exponent - divisor_exponent + range_t'(Bias)),
      .significand_i({quotient, remainder != '0}),
      .number_o     (rounded)
  );

  always_comb begin
    quotient_o = rounded;
    if (dividend_is_nan || divisor_is_nan || (dividend_is_infinite && divisor_is_infinite)
        || (dividend_is_zero && divisor_is_zero)) begin
      quotient_o = {1'b0, {ExponentBits{1'b1}}, 1'b1, {(FractionBits - 1) {1'b0}}};
    end else if (dividend_is_infinite || divisor_is_zero) begin
      quotient_o = {sign, {ExponentBits{1'b1}}, {FractionBits{1'b0}}};
    end else if (dividend_is_zero || divisor_is_infinite) begin
      quotient_o = {sign, {(Width - 1) {1'b0}}};
    end
  end
endmodule
