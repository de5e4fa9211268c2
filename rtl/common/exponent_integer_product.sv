// <a, b> * <c, d> = <a + c, b * d>. Integers have 5 bits: a signed nibble, or the unsigned lower nibble of a wider
// one. Combinational.
// Formal pair: formal/exponent_integer_product_spec.sv
module exponent_integer_product (
    input  logic        [4:0] x_exponent_i,
    input  logic signed [4:0] x_integer_i,
    input  logic        [4:0] y_exponent_i,
    input  logic signed [4:0] y_integer_i,
    output logic        [5:0] exponent_o,
    output logic signed [9:0] integer_o
);
  assign exponent_o = {1'b0, x_exponent_i} + {1'b0, y_exponent_i};
  assign integer_o = x_integer_i * y_integer_i;
endmodule
