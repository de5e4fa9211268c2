// Pair: mixpe/shift_add_element. The product of the activation and the number that the digit stands for.
module shift_add_element_spec #(
    parameter int unsigned BitsPerElement = 4,
    parameter int unsigned Signs = 0
) (
    input  logic signed [               8:0] activation_i,
    input  logic        [BitsPerElement-1:0] digit_i,
    input  logic                             highest_i,
    input  logic                             negate_i,
    output logic signed [  BitsPerElement+8:0] product_o
);
  localparam int unsigned ProductBits = 9 + BitsPerElement;

  logic signed [ProductBits-1:0] weight;

  always_comb begin
    weight = ProductBits'({1'b0, digit_i});
    if (Signs == 1 && highest_i) weight = ProductBits'($signed(digit_i));
    if (Signs == 2 && negate_i) weight = -weight;
    product_o = ProductBits'(activation_i) * weight;
  end
endmodule
