// A float as a sign-less significand with its highest bit set and a biased exponent, subnormals normalised.
// value = significand / 2^FractionBits * 2^(exponent - bias). Combinational.
module float_unpack #(
    parameter int unsigned ExponentBits = 8,
    parameter int unsigned FractionBits = 23,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits,
    localparam int unsigned RangeBits = ExponentBits + 3
) (
    input  logic        [     Width-1:0] number_i,
    output logic                         is_zero_o,
    output logic                         is_infinite_o,
    output logic                         is_nan_o,
    output logic signed [ RangeBits-1:0] exponent_o,
    output logic        [FractionBits:0] significand_o
);
  typedef logic signed [RangeBits-1:0] range_t;

  logic [ExponentBits-1:0] field;
  logic [FractionBits-1:0] fraction;
  logic [$clog2(FractionBits+1)-1:0] zeros;
  logic unused_sign;

  assign {unused_sign, field, fraction} = number_i;
  assign is_zero_o = field == '0 && fraction == '0;
  assign is_infinite_o = &field && fraction == '0;
  assign is_nan_o = &field && fraction != '0;

  leading_zeros #(
      .Width(FractionBits)
  ) u_zeros (
      .bits_i (fraction),
      .count_o(zeros)
  );

  always_comb begin
    if (field == '0) begin
      significand_o = {fraction, 1'b0} << zeros;
      exponent_o = -range_t'({1'b0, zeros});
    end else begin
      significand_o = {1'b1, fraction};
      exponent_o = range_t'({1'b0, field});
    end
  end
endmodule
