// One lane: lookup register, then the sum and its shadow. Plane, restart and move are one cycle behind the index.
`include "registers.svh"

module lut_lane #(
    parameter int unsigned TileK = 4,
    parameter int unsigned TableEntries = 8,
    parameter int unsigned EntryBits = 16
) (
    input  logic                                          clk_i,
    input  logic                                          en_i,
    input  logic        [TableEntries-1:0][EntryBits-1:0] entries_i,
    input  logic        [       TileK-1:0]                index_i,
    input  logic                                          valid_i,
    input  logic        [             2:0]                plane_i,
    input  logic                                          restart_i,
    input  logic                                          move_i,
    output logic signed [            32:0]                shadow_o
);
  logic signed [EntryBits:0] value, value_q;

  lut_lookup #(
      .TileK       (TileK),
      .TableEntries(TableEntries),
      .EntryBits   (EntryBits)
  ) u_lookup (
      .entries_i,
      .index_i,
      .negate_i(1'b0),
      .value_o (value)
  );
  `DATA_REGISTER(value_q, value)

  lut_accumulate #(
      .ValueBits(EntryBits + 1)
  ) u_accumulate (
      .clk_i,
      .en_i,
      .valid_i,
      .value_i(value_q),
      .plane_i,
      .restart_i,
      .move_i,
      .shadow_o
  );
endmodule
