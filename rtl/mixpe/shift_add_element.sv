// One shift-and-add element: copies of the activation, one per weight bit, each shifted by one more place and gated by its bit,
// are added up. No multiplier. Combinational. Specification: formal/shift_add_element_spec.sv.
module shift_add_element #(
    // 1, 2, 4 or 8.
    parameter int unsigned BitsPerElement = 4,
    // How elements see the sign of a weight: 0 not at all (offset), 1 two's complement, 2 sign and magnitude.
    parameter int unsigned Signs = 0
) (
    input  logic signed [             8:0] activation_i,
    input  logic        [BitsPerElement-1:0] digit_i,
    // Holds the highest bits of its weight: the highest is subtracted (two's complement).
    input  logic                           highest_i,
    // The weight is negative (sign and magnitude).
    input  logic                           negate_i,
    output logic signed [BitsPerElement+8:0] product_o
);
  localparam int unsigned ProductBits = 9 + BitsPerElement;

  logic signed [ProductBits-1:0] sum, copy;

  always_comb begin
    sum = '0;
    for (int unsigned i = 0; i < BitsPerElement; i++) begin
      copy = digit_i[i] ? ProductBits'(activation_i) << i : '0;
      if (Signs == 1 && highest_i && i == BitsPerElement - 1) sum = sum - copy;
      else sum = sum + copy;
    end
  end

  assign product_o = Signs == 2 && negate_i ? -sum : sum;
endmodule
