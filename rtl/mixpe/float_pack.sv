// The normaliser behind an element: a sum of copies of a significand and the activation's exponent as a binary32 number, which
// is exact but where bfloat16 leaves its exponents; or rounded once to binary16 before. Infinity times 0 is NaN; every NaN
// is the positive quiet one. Combinational.
module float_pack #(
    parameter int unsigned SumBits = 19,
    parameter int unsigned ExponentBits = 9,
    // Products are rounded to binary16.
    parameter int unsigned HalfProducts = 0
) (
    input  logic                           is_nan_i,
    input  logic                           is_infinite_i,
    input  logic                           is_negative_i,
    input  logic signed [ExponentBits-1:0] exponent_i,
    input  logic        [     SumBits-1:0] sum_i,
    // The weight is not 0.
    input  logic                           is_weighted_i,
    output logic        [            31:0] product_o
);
  logic [31:0] rounded;

  if (HalfProducts != 0) begin : gen_half
    localparam int unsigned RoundedBits = SumBits > 13 ? SumBits : 13;
    logic [15:0] half;
    float_round #(
        .ExponentBits   (5),
        .FractionBits   (10),
        .SignificandBits(RoundedBits)
    ) u_round (
        .sign_i       (is_negative_i),
        .exponent_i   (8'(exponent_i) + 8'(SumBits - 1 + 15)),
        .significand_i({sum_i, {(RoundedBits - SumBits) {1'b0}}}),
        .number_o     (half)
    );
    half_widen u_widen (
        .half_i  (half),
        .single_o(rounded)
    );
    // Formats whose products are rounded have small exponents.
    logic unused_exponent;
    assign unused_exponent = ^exponent_i[ExponentBits-1:7];
  end else begin : gen_single
    localparam int unsigned RoundedBits = SumBits > 26 ? SumBits : 26;
    float_round #(
        .SignificandBits(RoundedBits)
    ) u_round (
        .sign_i       (is_negative_i),
        .exponent_i   (11'(exponent_i) + 11'(SumBits - 1 + 127)),
        .significand_i({sum_i, {(RoundedBits - SumBits) {1'b0}}}),
        .number_o     (rounded)
    );
  end

  always_comb begin
    product_o = rounded;
    if (is_nan_i || (is_infinite_i && !is_weighted_i)) product_o = 32'h7FC0_0000;
    else if (is_infinite_i) product_o = {is_negative_i, 31'h7F80_0000};
  end
endmodule
