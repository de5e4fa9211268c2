// One column of elements: products of all lanes, then their sum. Latency 1 + ceil(log2 Rows).
`include "registers.svh"

module shift_add_column #(
    parameter int unsigned Rows = 8,
    parameter int unsigned BitsPerElement = 4,
    parameter int unsigned Signs = 0,
    localparam int unsigned SumBits = 9 + BitsPerElement + $clog2(Rows)
) (
    input  logic                                         clk_i,
    input  logic                                         en_i,
    input  logic        [   Rows-1:0][              8:0] activations_i,
    input  logic        [   Rows-1:0][BitsPerElement-1:0] digits_i,
    input  logic        [   Rows-1:0]                    negate_i,
    input  logic                                         highest_i,
    output logic signed [SumBits-1:0]                    sum_o
);
  logic [Rows-1:0][BitsPerElement+8:0] products_q;

  for (genvar row = 0; row < Rows; row++) begin : gen_rows
    logic signed [BitsPerElement+8:0] product;
    shift_add_element #(
        .BitsPerElement(BitsPerElement),
        .Signs         (Signs)
    ) u_element (
        .activation_i(activations_i[row]),
        .digit_i     (digits_i[row]),
        .highest_i,
        .negate_i    (negate_i[row]),
        .product_o   (product)
    );
    `DATA_REGISTER(products_q[row], product)
  end

  adder_tree #(
      .Inputs   (Rows),
      .InputBits(9 + BitsPerElement),
      .SumBits  (SumBits)
  ) u_tree (
      .clk_i,
      .en_i,
      .addends_i(products_q),
      .sum_o
  );
endmodule
