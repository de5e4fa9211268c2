// One lane of the published design with f16 tables, a lookup and an addition per cycle: the first plane is added to the partial
// sum that comes in, further ones to what is there. Sums have the entries' format, so their order matters: plane after plane,
// then table after table. Latency 1.
`include "registers.svh"

module lut_fp_lane #(
    parameter int unsigned TileK = 4,
    parameter int unsigned ExponentBits = 5,
    parameter int unsigned FractionBits = 10,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits,
    localparam int unsigned TableEntries = 1 << (TileK - 1)
) (
    input  logic                               clk_i,
    input  logic                               en_i,
    input  logic [TableEntries-1:0][Width-1:0] entries_i,
    input  logic [       TileK-1:0]            index_i,
    input  logic [             2:0]            plane_i,
    input  logic [       Width-1:0]            partial_i,
    output logic [       Width-1:0]            sum_o
);
  logic [Width-1:0] value, sum_d, sum_q;

  lut_fp_lookup #(
      .TileK       (TileK),
      .ExponentBits(ExponentBits),
      .FractionBits(FractionBits)
  ) u_lookup (
      .entries_i,
      .index_i,
      .plane_i,
      .value_o(value)
  );

  float_add #(
      .ExponentBits(ExponentBits),
      .FractionBits(FractionBits)
  ) u_add (
      .a_i  (plane_i == '0 ? partial_i : sum_q),
      .b_i  (value),
      .sum_o(sum_d)
  );

  `DATA_REGISTER(sum_q, sum_d)
  assign sum_o = sum_q;
endmodule
