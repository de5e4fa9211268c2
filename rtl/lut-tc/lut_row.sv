// The lanes of a row, which look up the same table, and the sum of the row's activations: minus entry 0, which is minus all of
// them, once per table.
`include "registers.svh"

module lut_row #(
    parameter int unsigned TileN = 64,
    parameter int unsigned TileK = 4,
    parameter int unsigned TableEntries = 8,
    parameter int unsigned EntryBits = 16
) (
    input  logic                                   clk_i,
    input  logic                                   en_i,
    // Out of the operand registers.
    input  logic [TableEntries-1:0][EntryBits-1:0] entries_i,
    input  logic [       TileN-1:0][    TileK-1:0] indices_i,
    // The first plane of a table.
    input  logic                                   first_plane_i,
    // One cycle behind.
    input  logic                                   valid_i,
    input  logic [             2:0]                plane_i,
    input  logic                                   restart_i,
    input  logic                                   move_i,
    output logic [       TileN-1:0][         32:0] shadows_o,
    output logic [            32:0]                group_sum_o
);
  for (genvar column = 0; column < TileN; column++) begin : gen_lanes
    lut_lane #(
        .TileK       (TileK),
        .TableEntries(TableEntries),
        .EntryBits   (EntryBits)
    ) u_lane (
        .clk_i,
        .en_i,
        .entries_i,
        .index_i (indices_i[column]),
        .valid_i,
        .plane_i,
        .restart_i,
        .move_i,
        .shadow_o(shadows_o[column])
    );
  end

  logic signed [EntryBits:0] activations, activations_q;
  assign activations = first_plane_i ? -(EntryBits + 1)'($signed(entries_i[0])) : '0;
  `DATA_REGISTER(activations_q, activations)

  lut_accumulate #(
      .ValueBits(EntryBits + 1)
  ) u_group_sum (
      .clk_i,
      .en_i,
      .valid_i,
      .value_i (activations_q),
      .plane_i (3'd0),
      .restart_i,
      .move_i,
      .shadow_o(group_sum_o)
  );
endmodule
