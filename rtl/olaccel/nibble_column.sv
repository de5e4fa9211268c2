// A column of multipliers of four bits and its adder tree. Every first multiplier of two takes the upper nibbles of wide
// activations. Latency 1 + ceil(log2 Rows): product register, tree.
`include "registers.svh"

module nibble_column #(
    // Even.
    parameter int unsigned Rows = 8,
    localparam int unsigned SumBits = 14 + $clog2(Rows)
) (
    input  logic                             clk_i,
    input  logic                             en_i,
    input  logic        [Rows-1:0][     4:0] activations_i,
    input  logic        [Rows-1:0][     4:0] weights_i,
    input  logic                             wide_i,
    output logic signed [SumBits-1:0]        sum_o
);
  logic [Rows-1:0][13:0] products_d, products_q;

  for (genvar row = 0; row < Rows; row++) begin : gen_rows
    nibble_multiply u_multiply (
        .activation_i(activations_i[row]),
        .weight_i    (weights_i[row]),
        .upper_i     (wide_i && row % 2 == 0),
        .product_o   (products_d[row])
    );
  end
  `DATA_REGISTER(products_q, products_d)

  adder_tree #(
      .Inputs   (Rows),
      .InputBits(14),
      .SumBits  (SumBits)
  ) u_tree (
      .clk_i,
      .en_i,
      .addends_i(products_q),
      .sum_o
  );
endmodule
