// The sum of the outliers' products that belong to a column. Latency ceil(log2 Lanes).
module outlier_column #(
    parameter int unsigned Lanes = 4,
    parameter int unsigned Columns = 8,
    localparam int unsigned ColumnBits = Columns > 1 ? $clog2(Columns) : 1,
    localparam int unsigned SumBits = 17 + $clog2(Lanes)
) (
    input  logic                              clk_i,
    input  logic                              en_i,
    input  logic        [ColumnBits-1:0]      column_i,
    // Of each lane: its product, the column of it, and whether there is one.
    input  logic        [Lanes-1:0][16:0]     products_i,
    input  logic        [Lanes-1:0][ColumnBits-1:0] columns_i,
    input  logic        [Lanes-1:0]           used_i,
    output logic signed [SumBits-1:0]         sum_o
);
  logic [Lanes-1:0][16:0] own;
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    assign own[lane] = used_i[lane] && columns_i[lane] == column_i ? products_i[lane] : '0;
  end

  adder_tree #(
      .Inputs   (Lanes),
      .InputBits(17),
      .SumBits  (SumBits)
  ) u_tree (
      .clk_i,
      .en_i,
      .addends_i(own),
      .sum_o
  );
endmodule
