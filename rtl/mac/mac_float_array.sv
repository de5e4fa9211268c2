// Weight-stationary array of float multipliers (engine `mac`, float operands): trees of 16 lanes in every column are added to
// the row's f32 sum one after the other.
//
// A row of activations is accepted per cycle (see stationary_control). Registers: operand, product, four of the tree, one per
// tree of the sum; then, for sums that leave at the end of a segment, those of float_epilogue. Sums without scales go straight
// from the last tree's register to the accumulators.
`include "registers.svh"

module mac_float_array #(
    // A multiple of 16.
    parameter int unsigned Rows = 32,
    parameter int unsigned Columns = 4,
    parameter int unsigned EpilogueLanes = 4,
    parameter int unsigned PartialRows = 8,
    // Significant bits of an operand, the hidden one included.
    parameter int unsigned SignificandBits = 11,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1,
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned PortBits = 12 + SignificandBits,
    localparam int unsigned Trees = Rows / 16,
    localparam int unsigned TreeBits = $clog2(Trees + 1),
    localparam int unsigned CountBits = $clog2(Rows + 1)
) (
    input  logic                                  clk_i,
    input  logic                                  rst_ni,
    input  logic                                  en_i,
    // Weights as ports of the multipliers, one K row of a tile per beat.
    input  logic                                  weight_valid_i,
    output logic                                  weight_ready_o,
    input  logic                                  weight_last_i,
    input  logic [      Columns-1:0][PortBits-1:0] weight_value_i,
    // Activations as ports, one row of a tile per beat, with the lanes of K that the tile fills.
    input  logic                                  row_valid_i,
    output logic                                  row_ready_o,
    input  logic                                  row_last_i,
    input  logic [         Rows-1:0][PortBits-1:0] row_value_i,
    input  logic [    CountBits-1:0]              row_lanes_i,
    // Sums leave at the end of a segment; else tile by tile into the accumulators.
    input  logic                                  row_segmented_i,
    // They are converted to int32; else scaled.
    input  logic                                  row_convert_i,
    input  logic                                  row_begins_i,
    input  logic                                  row_ends_i,
    input  logic                                  row_fresh_i,
    input  logic [  PartialBits-1:0]              row_partial_i,
    input  logic [  AddressBits-1:0]              row_address_i,
    input  logic [    ChunkBits-1:0]              row_last_chunk_i,
    input  logic                                  scale_valid_i,
    output logic                                  scale_ready_o,
    input  logic [EpilogueLanes-1:0][       31:0] scale_column_i,
    input  logic [             31:0]              scale_row_i,
    output logic [  AddressBits-1:0]              read_address_o,
    input  logic [      Columns-1:0][       31:0] read_i,
    output logic [      Columns-1:0]              retire_valid_o,
    output logic [  AddressBits-1:0]              retire_address_o,
    output logic [      Columns-1:0][       31:0] retire_o
);
  localparam int unsigned RowIndexBits = Rows > 1 ? $clog2(Rows) : 1;
  localparam int unsigned SlotBits = AddressBits > PartialBits ? AddressBits : PartialBits;
  localparam int unsigned FrontCycles = 6;

  typedef struct packed {
    logic segmented;
    logic converts;
    // The sum starts from zero.
    logic from_zero;
    logic ends;
    logic fresh;
    // Where the running sum is kept: a partial row, or a word of the accumulators.
    logic [SlotBits-1:0] slot;
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] last_chunk;
    logic [TreeBits-1:0] trees;
  } tag_t;

  logic load, issue, swap;
  logic [RowIndexBits-1:0] load_row;
  logic [TreeBits-1:0] trees;
  logic [ChunkBits-1:0] hold;

  assign trees = TreeBits'((32'(row_lanes_i) + 15) / 16);
  assign hold = row_segmented_i && !row_convert_i && row_ends_i ? row_last_chunk_i : '0;

  stationary_control #(
      .Rows     (Rows),
      .HoldLimit(Chunks > 1 ? (1 << ChunkBits) - 1 : 1),
      .WaitLimit((1 << TreeBits) - 1)
  ) u_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .weight_valid_i,
      .weight_ready_o,
      .weight_last_i,
      .row_valid_i,
      .row_ready_o,
      .row_last_i,
      .row_hold_i(hold),
      .row_wait_i(trees - TreeBits'(1)),
      .load_o    (load),
      .load_row_o(load_row),
      .issue_o   (issue),
      .swap_o    (swap)
  );

  logic [Rows-1:0][Columns-1:0][PortBits-1:0] active;
  weight_buffer #(
      .Rows   (Rows),
      .RowBits(Columns * PortBits)
  ) u_weights (
      .clk_i,
      .rst_ni,
      .en_i,
      .load_i     (load),
      .load_row_i (load_row),
      .load_data_i(weight_value_i),
      .swap_i     (swap),
      .active_o   (active)
  );

  logic [Rows-1:0][PortBits-1:0] operands_q;
  logic [CountBits-1:0] lanes_q;
  logic [Rows-1:0] used;
  `DATA_REGISTER(operands_q, row_value_i)
  `DATA_REGISTER(lanes_q, row_lanes_i)
  for (genvar row = 0; row < Rows; row++) begin : gen_used
    assign used[row] = CountBits'(row) < lanes_q;
  end

  // Tags from the entry to the start of the sum, then along it.
  tag_t tag;
  logic valid[Trees+1];
  tag_t tags[Trees+1];

  assign tag = '{
          segmented: row_segmented_i,
          converts: row_convert_i,
          from_zero: row_segmented_i ? row_begins_i : row_fresh_i,
          ends: row_ends_i,
          fresh: row_fresh_i,
          slot: row_segmented_i ? SlotBits'(row_partial_i) : SlotBits'(row_address_i),
          address: row_address_i,
          last_chunk: row_last_chunk_i,
          trees: trees
      };
  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(FrontCycles)
  ) u_front (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(issue),
      .value_i(tag),
      .valid_o(valid[0]),
      .value_o(tags[0])
  );
  for (genvar stage = 0; stage < Trees; stage++) begin : gen_tags
    `CONTROL_REGISTER(valid[stage+1], valid[stage], 1'b0)
    `DATA_REGISTER(tags[stage+1], tags[stage])
  end

  // A row's sum may still be on its way when the row comes again: the youngest one counts.
  logic [Columns-1:0][Trees-1:0][31:0] sums;
  logic [Columns-1:0][31:0] stored, start, last;
  logic [Columns-1:0][31:0] partials_q[PartialRows];
  logic [Trees-1:0] adds;

  for (genvar stage = 0; stage < Trees; stage++) begin : gen_adds
    assign adds[stage] = TreeBits'(stage) < tags[stage].trees;
  end

  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    logic [Rows-1:0][PortBits-1:0] weights;
    for (genvar row = 0; row < Rows; row++) begin : gen_rows
      assign weights[row] = active[row][column];
    end

    assign stored[column] = tags[0].segmented ? partials_q[tags[0].slot[PartialBits-1:0]][column] : read_i[column];
    always_comb begin
      start[column] = stored[column];
      for (int stage = Trees; stage > 0; stage--) begin
        if (valid[stage] && tags[stage].slot == tags[0].slot) start[column] = sums[column][stage-1];
      end
      if (tags[0].from_zero) start[column] = '0;
    end

    mac_float_column #(
        .Rows           (Rows),
        .SignificandBits(SignificandBits)
    ) u_column (
        .clk_i,
        .en_i,
        .activations_i(operands_q),
        .weights_i    (weights),
        .used_i       (used),
        .start_i      (start[column]),
        .adds_i       (adds),
        .sums_o       (sums[column])
    );
    assign last[column] = sums[column][Trees-1];
  end

  logic keeps;
  assign keeps = valid[Trees] && tags[Trees].segmented;
  always_ff @(posedge clk_i) begin
    if (en_i && keeps) partials_q[tags[Trees].slot[PartialBits-1:0]] <= last;
  end

  // Out of the array.
  logic [Columns-1:0] segment_valid;
  logic [AddressBits-1:0] segment_address, segment_read_address;
  logic [Columns-1:0][31:0] segment_sums;
  logic prepare, finish, is_direct;

  assign finish = valid[Trees] && tags[Trees].segmented && tags[Trees].ends;
  assign prepare = valid[Trees-1] && tags[Trees-1].segmented && tags[Trees-1].ends && !tags[Trees-1].converts;
  float_epilogue #(
      .Columns    (Columns),
      .Lanes      (EpilogueLanes),
      .AddressBits(AddressBits)
  ) u_epilogue (
      .clk_i,
      .rst_ni,
      .en_i,
      .prepare_i       (prepare),
      .finish_i        (finish),
      .sums_i          (last),
      .convert_i       (tags[Trees].converts),
      .fresh_i         (tags[Trees].fresh),
      .address_i       (tags[Trees].address),
      .last_chunk_i    (tags[Trees].last_chunk),
      .scale_valid_i,
      .scale_ready_o,
      .scale_column_i,
      .scale_row_i,
      .read_address_o  (segment_read_address),
      .read_i,
      .retire_valid_o  (segment_valid),
      .retire_address_o(segment_address),
      .retire_o        (segment_sums)
  );

  assign is_direct = valid[Trees] && !tags[Trees].segmented;
  assign read_address_o = tags[0].segmented || !valid[0] ? segment_read_address : tags[0].address;
  assign retire_valid_o = is_direct ? '1 : segment_valid;
  assign retire_address_o = is_direct ? tags[Trees].address : segment_address;
  assign retire_o = is_direct ? last : segment_sums;
endmodule
