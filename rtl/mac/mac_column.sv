// One column of the integer array: products of all lanes, then their sum. Latency 1 + ceil(log2 Rows).
`include "registers.svh"

module mac_column #(
    parameter int unsigned Rows = 8
) (
    input  logic                   clk_i,
    input  logic                   en_i,
    input  logic [Rows-1:0][8:0]   activations_i,
    input  logic [Rows-1:0][8:0]   weights_i,
    output logic signed     [31:0] sum_o
);
  logic [Rows-1:0][17:0] products_q;

  for (genvar row = 0; row < Rows; row++) begin : gen_rows
    logic signed [17:0] product;
    int_multiply u_multiply (
        .activation_i(activations_i[row]),
        .weight_i    (weights_i[row]),
        .product_o   (product)
    );
    `DATA_REGISTER(products_q[row], product)
  end

  adder_tree #(
      .Inputs   (Rows),
      .InputBits(18),
      .SumBits  (32)
  ) u_tree (
      .clk_i,
      .en_i,
      .addends_i(products_q),
      .sum_o
  );
endmodule
