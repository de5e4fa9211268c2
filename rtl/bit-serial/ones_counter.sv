// How many lanes have a one in both planes: gates, and a tree of adders with a register behind every level. Latency
// ceil(log2 Lanes), at least 1.
`include "registers.svh"

module ones_counter #(
    parameter int unsigned Lanes = 128,
    localparam int unsigned CountBits = $clog2(Lanes + 1)
) (
    input  logic                 clk_i,
    input  logic                 en_i,
    input  logic [    Lanes-1:0] row_i,
    input  logic [    Lanes-1:0] column_i,
    output logic [CountBits-1:0] count_o
);
  if (Lanes == 1) begin : gen_single
    `DATA_REGISTER(count_o, row_i & column_i)
  end else begin : gen_tree
    // Two's complement, as the adders have it.
    logic [Lanes-1:0][1:0] ones;
    logic [CountBits:0] sum;
    for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
      assign ones[lane] = {1'b0, row_i[lane] & column_i[lane]};
    end
    adder_tree #(
        .Inputs   (Lanes),
        .InputBits(2),
        .SumBits  (CountBits + 1)
    ) u_tree (
        .clk_i,
        .en_i,
        .addends_i(ones),
        .sum_o    (sum)
    );
    assign count_o = sum[CountBits-1:0];
    logic unused_sign;
    assign unused_sign = sum[CountBits];
  end
endmodule
