// The element for float activations: copies of the significand, one per bit of the weight's magnitude, are shifted, gated and
// added up, and the sum is packed with the activation's exponent, rounded once where the product's format asks for it. A
// weight is a code less its zero point, as sign and magnitude. No multiplier. Combinational.
//
// Infinity times 0 is NaN; every NaN is the positive quiet one.
module shift_add_float #(
    parameter int unsigned WeightBits = 8,
    // Of activations: IEEE 754 formats.
    parameter int unsigned ExponentBits = 5,
    parameter int unsigned FractionBits = 10,
    parameter int unsigned ProductExponentBits = 8,
    parameter int unsigned ProductFractionBits = 23,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits,
    localparam int unsigned ProductWidth = 1 + ProductExponentBits + ProductFractionBits
) (
    input  logic [       Width-1:0] activation_i,
    input  logic [  WeightBits-1:0] magnitude_i,
    input  logic                    negate_i,
    output logic [ProductWidth-1:0] product_o
);
  localparam int unsigned SumBits = FractionBits + 1 + WeightBits;
  // What the rounding unit wants below the least bit.
  localparam int unsigned Spare = SumBits > ProductFractionBits + 3 ? 0 : ProductFractionBits + 3 - SumBits;
  localparam int unsigned RangeBits = ProductExponentBits + 3;
  localparam int Bias = (1 << (ExponentBits - 1)) - 1;
  localparam int ProductBias = (1 << (ProductExponentBits - 1)) - 1;

  typedef logic signed [RangeBits-1:0] range_t;

  logic is_zero, is_infinite, is_nan, sign;
  logic signed [ExponentBits+2:0] exponent;
  logic [FractionBits:0] significand;
  logic [SumBits-1:0] sum;
  logic [ProductWidth-1:0] packed_product;

  float_unpack #(
      .ExponentBits(ExponentBits),
      .FractionBits(FractionBits)
  ) u_unpack (
      .number_i     (activation_i),
      .is_zero_o    (is_zero),
      .is_infinite_o(is_infinite),
      .is_nan_o     (is_nan),
      .exponent_o   (exponent),
      .significand_o(significand)
  );

  assign sign = activation_i[Width-1] ^ negate_i;

  always_comb begin
    sum = '0;
    for (int unsigned i = 0; i < WeightBits; i++) begin
      if (magnitude_i[i]) sum = sum + (SumBits'(significand) << i);
    end
    if (is_zero) sum = '0;
  end

  // The highest bit of the sum is worth 2^WeightBits times that of the significand.
  float_round #(
      .ExponentBits   (ProductExponentBits),
      .FractionBits   (ProductFractionBits),
      .SignificandBits(SumBits + Spare)
  ) u_round (
      .sign_i       (sign),
      .exponent_i   (range_t'(exponent) + range_t'(ProductBias - Bias + int'(WeightBits))),
      .significand_i({sum, {Spare{1'b0}}}),
      .number_o     (packed_product)
  );

  always_comb begin
    product_o = packed_product;
    if (is_nan || (is_infinite && magnitude_i == '0)) begin
      product_o = {1'b0, {ProductExponentBits{1'b1}}, 1'b1, {(ProductFractionBits - 1) {1'b0}}};
    end else if (is_infinite) begin
      product_o = {sign, {ProductExponentBits{1'b1}}, {ProductFractionBits{1'b0}}};
    end
  end
endmodule
