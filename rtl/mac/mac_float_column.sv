// One column of the float array: products of all lanes, trees of 16 of them, and the running sum. Latency 1 + 4 up to the
// start of the sum, then a register for each tree.
`include "registers.svh"

module mac_float_column #(
    // A multiple of 16.
    parameter int unsigned Rows = 32,
    parameter int unsigned SignificandBits = 11,
    localparam int unsigned PortBits = 12 + SignificandBits,
    localparam int unsigned Trees = Rows / 16
) (
    input  logic                         clk_i,
    input  logic                         en_i,
    input  logic [ Rows-1:0][PortBits-1:0] activations_i,
    input  logic [ Rows-1:0][PortBits-1:0] weights_i,
    // Lanes that the tile fills: the others give +0.
    input  logic [ Rows-1:0]             used_i,
    // The sum so far and the trees that there are, when the trees are done.
    input  logic [     31:0]             start_i,
    input  logic [Trees-1:0]             adds_i,
    output logic [Trees-1:0][      31:0] sums_o
);
  logic [Rows-1:0][31:0] products_q;
  logic [Trees-1:0][31:0] trees;

  for (genvar row = 0; row < Rows; row++) begin : gen_rows
    logic [31:0] product;
    float_port_multiply #(
        .SignificandBits(SignificandBits)
    ) u_multiply (
        .activation_i(activations_i[row]),
        .weight_i    (weights_i[row]),
        .product_o   (product)
    );
    `DATA_REGISTER(products_q[row], used_i[row] ? product : '0)
  end

  for (genvar tree = 0; tree < Trees; tree++) begin : gen_trees
    float_tree #(
        .Inputs(16)
    ) u_tree (
        .clk_i,
        .en_i,
        .addends_i(products_q[16*tree+:16]),
        .sum_o    (trees[tree])
    );
  end

  float_chain #(
      .Trees(Trees)
  ) u_chain (
      .clk_i,
      .en_i,
      .start_i,
      .trees_i(trees),
      .adds_i,
      .sums_o
  );
endmodule
