// The wide multipliers: each lane holds an outlier and takes the activation of its k out of every row that passes. Products are added
// by column, and the sums of a row to those of the turns before. Latency until a sum can be read: operand register, Skew more,
// product register, adder tree registers, sum register.
`include "registers.svh"

module outlier_unit #(
    parameter int unsigned Lanes = 4,
    parameter int unsigned Columns = 8,
    parameter int unsigned PartialRows = 8,
    // Cycles by which operands come early.
    parameter int unsigned Skew = 0,
    localparam int unsigned ColumnBits = Columns > 1 ? $clog2(Columns) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1
) (
    input  logic                                clk_i,
    input  logic                                rst_ni,
    input  logic                                en_i,
    // Outliers of a turn.
    input  logic                                load_i,
    input  logic [       Lanes-1:0][       7:0] values_i,
    input  logic [       Lanes-1:0][ColumnBits-1:0] columns_i,
    input  logic [       Lanes-1:0]             used_i,
    // A row, the first time in its segment or not.
    input  logic                                issue_i,
    input  logic                                first_i,
    input  logic [       Lanes-1:0][       8:0] activations_i,
    input  logic [ PartialBits-1:0]             partial_i,
    // Sums of a row.
    input  logic [ PartialBits-1:0]             read_partial_i,
    output logic [     Columns-1:0][      31:0] sums_o
);
  localparam int unsigned TreeBits = 17 + $clog2(Lanes);

  typedef struct packed {
    logic first;
    logic [PartialBits-1:0] partial;
  } tag_t;

  // What a row and the outliers that it meets are at the multipliers.
  typedef struct packed {
    logic [Lanes-1:0][7:0] values;
    logic [Lanes-1:0][ColumnBits-1:0] columns;
    logic [Lanes-1:0] used;
    logic [Lanes-1:0][8:0] activations;
    tag_t tag;
  } operands_t;

  // Operand registers; an outlier stays in its lane.
  logic [Lanes-1:0][7:0] values_q;
  logic [Lanes-1:0][ColumnBits-1:0] columns_q;
  logic [Lanes-1:0] used_q;
  logic [Lanes-1:0][8:0] activations_q;
  tag_t tag_q;
  logic issue_q;

  `LOAD_REGISTER(values_q, values_i, load_i)
  `LOAD_REGISTER(columns_q, columns_i, load_i)
  `LOAD_REGISTER(used_q, used_i, load_i)
  `DATA_REGISTER(activations_q, activations_i)
  `DATA_REGISTER(tag_q, tag_t'({first_i, partial_i}))
  `CONTROL_REGISTER(issue_q, issue_i, 1'b0)

  operands_t operands;
  logic operands_valid;
  delay_line #(
      .Width ($bits(operands_t)),
      .Cycles(Skew)
  ) u_skew (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(issue_q),
      .value_i({values_q, columns_q, used_q, activations_q, tag_q}),
      .valid_o(operands_valid),
      .value_o(operands)
  );

  // Product registers.
  logic [Lanes-1:0][16:0] products_d, products_q;
  logic [Lanes-1:0][ColumnBits-1:0] product_columns_q;
  logic [Lanes-1:0] product_used_q;
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    assign products_d[lane] = 17'($signed(operands.activations[lane])) * 17'($signed(operands.values[lane]));
  end
  `DATA_REGISTER(products_q, products_d)
  `DATA_REGISTER(product_columns_q, operands.columns)
  `DATA_REGISTER(product_used_q, operands.used)

  logic sums_valid;
  tag_t sums_tag;
  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(1 + $clog2(Lanes))
  ) u_tags (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(operands_valid),
      .value_i(operands.tag),
      .valid_o(sums_valid),
      .value_o(sums_tag)
  );

  logic [Columns-1:0][31:0] sums_d;
  logic [Columns-1:0][31:0] sums_q[PartialRows];
  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    logic [TreeBits-1:0] sum;
    outlier_column #(
        .Lanes  (Lanes),
        .Columns(Columns)
    ) u_column (
        .clk_i,
        .en_i,
        .column_i  (ColumnBits'(column)),
        .products_i(products_q),
        .columns_i (product_columns_q),
        .used_i    (product_used_q),
        .sum_o     (sum)
    );
    assign sums_d[column] = (sums_tag.first ? '0 : sums_q[sums_tag.partial][column]) + 32'($signed(sum));
  end

  always_ff @(posedge clk_i) begin
    if (en_i && sums_valid) sums_q[sums_tag.partial] <= sums_d;
  end

  assign sums_o = sums_q[read_partial_i];
endmodule
