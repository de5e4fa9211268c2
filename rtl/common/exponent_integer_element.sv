// A processing element of 4 bits: multiplies integers, adds exponents, shifts the product by their sum, modulo 2^32.
// Latency 2: product register, shift register.
`include "registers.svh"

module exponent_integer_element (
    input  logic               clk_i,
    input  logic               en_i,
    input  logic        [ 4:0] x_exponent_i,
    input  logic signed [ 4:0] x_integer_i,
    input  logic        [ 4:0] y_exponent_i,
    input  logic signed [ 4:0] y_integer_i,
    output logic signed [31:0] value_o
);
  logic [5:0] exponent, exponent_q;
  logic signed [9:0] product, product_q;
  logic signed [31:0] value, value_q;

  exponent_integer_product u_product (
      .x_exponent_i,
      .x_integer_i,
      .y_exponent_i,
      .y_integer_i,
      .exponent_o(exponent),
      .integer_o (product)
  );
  `DATA_REGISTER(exponent_q, exponent)
  `DATA_REGISTER(product_q, product)

  exponent_shift u_shift (
      .exponent_i(exponent_q),
      .integer_i (product_q),
      .value_o   (value)
  );
  `DATA_REGISTER(value_q, value)
  assign value_o = value_q;
endmodule
