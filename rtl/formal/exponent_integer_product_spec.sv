// Definition of common/exponent_integer_product: exponents are added; the integers' product is the sum of the partial
// products of y's bits, of which the highest counts negative.
module exponent_integer_product_spec (
    input  logic        [4:0] x_exponent_i,
    input  logic signed [4:0] x_integer_i,
    input  logic        [4:0] y_exponent_i,
    input  logic signed [4:0] y_integer_i,
    output logic        [5:0] exponent_o,
    output logic signed [9:0] integer_o
);
  logic signed [9:0] x;
  assign x = 10'(x_integer_i);
  assign exponent_o = 6'(x_exponent_i) + 6'(y_exponent_i);
  always_comb begin
    integer_o = 10'sd0;
    for (int unsigned bit_place = 0; bit_place < 4; bit_place++) begin
      if (y_integer_i[bit_place]) integer_o = integer_o + (x <<< bit_place);
    end
    if (y_integer_i[4]) integer_o = integer_o - (x <<< 4);
  end
endmodule
