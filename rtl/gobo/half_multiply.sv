// Product of a binary16 and a binary32 number, as binary32: what both are is exact, and it is rounded once, ties to even.
// Combinational.
module half_multiply (
    input  logic [15:0] half_i,
    input  logic [31:0] single_i,
    output logic [31:0] product_o
);
  // Eleven bits by 24.
  localparam int unsigned ProductBits = 35;

  logic half_is_zero, half_is_infinite, half_is_nan, single_is_zero, single_is_infinite, single_is_nan, sign;
  logic signed [7:0] half_exponent;
  logic signed [10:0] single_exponent, exponent;
  logic [10:0] half_significand;
  logic [23:0] single_significand;
  logic [31:0] rounded;

  float_unpack #(
      .ExponentBits(5),
      .FractionBits(10)
  ) u_unpack_half (
      .number_i     (half_i),
      .is_zero_o    (half_is_zero),
      .is_infinite_o(half_is_infinite),
      .is_nan_o     (half_is_nan),
      .exponent_o   (half_exponent),
      .significand_o(half_significand)
  );

  float_unpack u_unpack_single (
      .number_i     (single_i),
      .is_zero_o    (single_is_zero),
      .is_infinite_o(single_is_infinite),
      .is_nan_o     (single_is_nan),
      .exponent_o   (single_exponent),
      .significand_o(single_significand)
  );

  assign sign = half_i[15] ^ single_i[31];
  // Less the bias of binary16; one more for the place of the highest bit of a product.
  assign exponent = 11'(half_exponent) + single_exponent - 11'sd15 + 11'sd1;

  float_round #(
      .SignificandBits(ProductBits)
  ) u_round (
      .sign_i       (sign),
      .exponent_i   (exponent),
      .significand_i(half_significand * single_significand),
      .number_o     (rounded)
  );

  always_comb begin
    product_o = rounded;
    if (half_is_nan || single_is_nan || (half_is_infinite && single_is_zero)
        || (half_is_zero && single_is_infinite)) begin
      product_o = 32'h7FC0_0000;
    end else if (half_is_infinite || single_is_infinite) begin
      product_o = {sign, 31'h7F80_0000};
    end else if (half_is_zero || single_is_zero) begin
      product_o = {sign, 31'd0};
    end
  end
endmodule
