// IEEE 754 product, round to nearest, ties to even; subnormal operands and results; every NaN is the positive quiet one.
// Combinational.
module float_multiply #(
    parameter int unsigned ExponentBits = 8,
    parameter int unsigned FractionBits = 23,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits
) (
    input  logic [Width-1:0] a_i,
    input  logic [Width-1:0] b_i,
    output logic [Width-1:0] product_o
);
  localparam int unsigned ProductBits = 2 * FractionBits + 2;
  // Signed, wide enough for the sum of two exponents and the shifts of subnormals.
  localparam int unsigned RangeBits = ExponentBits + 3;
  localparam int Bias = (1 << (ExponentBits - 1)) - 1;

  typedef logic signed [RangeBits-1:0] range_t;

  logic a_is_zero, b_is_zero, a_is_infinite, b_is_infinite, a_is_nan, b_is_nan;
  range_t a_exponent, b_exponent;
  logic [FractionBits:0] a_significand, b_significand;

  float_unpack #(
      .ExponentBits(ExponentBits),
      .FractionBits(FractionBits)
  ) u_unpack_a (
      .number_i     (a_i),
      .is_zero_o    (a_is_zero),
      .is_infinite_o(a_is_infinite),
      .is_nan_o     (a_is_nan),
      .exponent_o   (a_exponent),
      .significand_o(a_significand)
  );

  float_unpack #(
      .ExponentBits(ExponentBits),
      .FractionBits(FractionBits)
  ) u_unpack_b (
      .number_i     (b_i),
      .is_zero_o    (b_is_zero),
      .is_infinite_o(b_is_infinite),
      .is_nan_o     (b_is_nan),
      .exponent_o   (b_exponent),
      .significand_o(b_significand)
  );

  logic sign;
  logic [ProductBits-1:0] product;
  logic [Width-1:0] rounded;

  assign sign = a_i[Width-1] ^ b_i[Width-1];
  assign product = a_significand * b_significand;

  // Both significands have their highest bit set, so the product's is one of its two highest.
  float_round #(
      .ExponentBits   (ExponentBits),
      .FractionBits   (FractionBits),
      .SignificandBits(ProductBits)
  ) u_round (
      .sign_i       (sign),
      .exponent_i   (a_exponent + b_exponent - range_t'(Bias) + range_t'(1)),
      .significand_i(product),
      .number_o     (rounded)
  );

  always_comb begin
    product_o = rounded;
    if (a_is_nan || b_is_nan || (a_is_infinite && b_is_zero) || (a_is_zero && b_is_infinite)) begin
      product_o = {1'b0, {ExponentBits{1'b1}}, 1'b1, {(FractionBits - 1) {1'b0}}};
    end else if (a_is_infinite || b_is_infinite) begin
      product_o = {sign, {ExponentBits{1'b1}}, {FractionBits{1'b0}}};
    end else if (a_is_zero || b_is_zero) begin
      product_o = {sign, {(Width - 1) {1'b0}}};
    end
  end
endmodule
