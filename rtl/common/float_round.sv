// The float nearest to sign * significand * 2^exponent, ties to even: normalises, shifts subnormal results, rounds once,
// overflows to infinity. `exponent` is the biased exponent of a number whose significand has its highest bit set.
// A significand of 0 gives zero with the sign. Combinational.
module float_round #(
    parameter int unsigned ExponentBits = 8,
    parameter int unsigned FractionBits = 23,
    // More than FractionBits + 2.
    parameter int unsigned SignificandBits = 48,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits,
    localparam int unsigned RangeBits = ExponentBits + 3
) (
    input  logic                              sign_i,
    input  logic signed [      RangeBits-1:0] exponent_i,
    input  logic        [SignificandBits-1:0] significand_i,
    output logic        [          Width-1:0] number_o
);
  localparam int unsigned CountBits = $clog2(SignificandBits + 1);
  localparam int unsigned Dropped = SignificandBits - FractionBits - 1;
  localparam int Greatest = (1 << ExponentBits) - 1;

  typedef logic signed [RangeBits-1:0] range_t;

  logic [CountBits-1:0] zeros;
  logic [SignificandBits-1:0] normalised, shifted;
  range_t exponent, below;
  logic lost, guard, sticky, up;
  logic [Width-2:0] truncated, rounded;

  leading_zeros #(
      .Width(SignificandBits)
  ) u_zeros (
      .bits_i (significand_i),
      .count_o(zeros)
  );

  assign normalised = significand_i << zeros;
  assign exponent = exponent_i - range_t'({1'b0, zeros});
  // How far a subnormal result lies below the least exponent.
  assign below = range_t'(1) - exponent;

  always_comb begin
    shifted = normalised;
    lost = 1'b0;
    if (below > 0) begin
      shifted = normalised >> below;
      lost = (shifted << below) != normalised;
    end
  end

  // The hidden bit of a normal number adds one to the exponent field below it.
  assign truncated = below > 0
      ? {{(ExponentBits-1){1'b0}}, shifted[SignificandBits-1-:FractionBits+1]}
      : {exponent[ExponentBits-1:0] - ExponentBits'(1), {FractionBits{1'b0}}}
        + {{(ExponentBits-1){1'b0}}, shifted[SignificandBits-1-:FractionBits+1]};
  assign guard = shifted[Dropped-1];
  assign sticky = lost || shifted[Dropped-2:0] != '0;
  assign up = guard && (sticky || truncated[0]);
  // A carry out of the fraction lands in the exponent, and makes infinity of the greatest.
  assign rounded = truncated + (Width - 1)'(up);

  always_comb begin
    number_o = {sign_i, rounded};
    if (significand_i == '0) number_o = {sign_i, {(Width - 1) {1'b0}}};
    else if (exponent >= range_t'(Greatest)) number_o = {sign_i, {ExponentBits{1'b1}}, {FractionBits{1'b0}}};
  end
endmodule
