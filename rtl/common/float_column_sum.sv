// Products of one column of a float array: trees of 16 of them, and the running sum. Latency 4 up to the start of the sum, then a
// register for each tree.
module float_column_sum #(
    // A multiple of 16.
    parameter int unsigned Rows = 32,
    localparam int unsigned Trees = Rows / 16
) (
    input  logic                         clk_i,
    input  logic                         en_i,
    input  logic [ Rows-1:0][      31:0] products_i,
    // The sum so far and the trees that there are, when the trees are done.
    input  logic [     31:0]             start_i,
    input  logic [Trees-1:0]             adds_i,
    output logic [Trees-1:0][      31:0] sums_o
);
  logic [Trees-1:0][31:0] trees;

  for (genvar tree = 0; tree < Trees; tree++) begin : gen_trees
    float_tree #(
        .Inputs(16)
    ) u_tree (
        .clk_i,
        .en_i,
        .addends_i(products_i[16*tree+:16]),
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
