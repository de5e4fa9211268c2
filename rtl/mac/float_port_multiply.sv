// The multiplier of the float array: two unpacked numbers give the binary32 number nearest to their product (ties to even),
// which is the product itself but for bfloat16, whose products can leave the range of exponents. Combinational.
//
// A port is {not a number, infinite, negative, exponent, significand}: (-1)^negative * significand * 2^exponent.
module float_port_multiply #(
    parameter  int unsigned SignificandBits = 11,
    parameter  int unsigned ExponentBits = 9,
    localparam int unsigned PortBits = 3 + ExponentBits + SignificandBits
) (
    input  logic [PortBits-1:0] activation_i,
    input  logic [PortBits-1:0] weight_i,
    output logic [        31:0] product_o
);
  typedef struct packed {
    logic is_nan;
    logic is_infinite;
    logic is_negative;
    logic signed [ExponentBits-1:0] exponent;
    logic [SignificandBits-1:0] significand;
  } port_t;

  // What float_round takes: more than the fraction and two bits.
  localparam int unsigned RoundedBits = 2 * SignificandBits > 26 ? 2 * SignificandBits : 26;
  localparam int unsigned Padding = RoundedBits - 2 * SignificandBits;

  port_t a, b;
  logic is_negative, is_invalid;
  logic signed [10:0] exponent;
  logic [2*SignificandBits-1:0] product;
  logic [31:0] rounded;

  assign a = activation_i;
  assign b = weight_i;
  assign is_negative = a.is_negative ^ b.is_negative;
  assign product = a.significand * b.significand;
  // Of the highest bit of the product.
  assign exponent = 11'(a.exponent) + 11'(b.exponent) + 11'(2 * SignificandBits - 1 + 127);

  float_round #(
      .SignificandBits(RoundedBits)
  ) u_round (
      .sign_i       (is_negative),
      .exponent_i   (exponent),
      .significand_i({product, {Padding{1'b0}}}),
      .number_o     (rounded)
  );

  assign is_invalid = a.is_nan || b.is_nan || (a.is_infinite && !b.is_infinite && b.significand == '0)
      || (b.is_infinite && !a.is_infinite && a.significand == '0);

  always_comb begin
    product_o = rounded;
    if (is_invalid) product_o = 32'h7FC0_0000;
    else if (a.is_infinite || b.is_infinite) product_o = {is_negative, 31'h7F80_0000};
  end
endmodule
