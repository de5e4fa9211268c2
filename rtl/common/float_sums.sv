// The sums of a weight-stationary float array: products of a row go through trees of 16 lanes, which are added to the row's
// f32 sum one after the other. Sums leave at the end of a segment through float_epilogue, or, without scales, straight
// from the last tree's register to the accumulators.
//
// Registers from the products on: four of a tree, one per tree of the sum, then those of float_epilogue.
`include "registers.svh"

module float_sums #(
    // A multiple of 16.
    parameter int unsigned Rows = 32,
    parameter int unsigned Columns = 4,
    parameter int unsigned EpilogueLanes = 4,
    parameter int unsigned PartialRows = 8,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1,
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned Trees = Rows / 16,
    localparam int unsigned TreeBits = $clog2(Trees + 1)
) (
    input  logic                                  clk_i,
    input  logic                                  rst_ni,
    input  logic                                  en_i,
    // Products of a row, +0 in lanes that its tile does not fill.
    input  logic                                  valid_i,
    input  logic [      Columns-1:0][Rows-1:0][31:0] products_i,
    input  logic [     TreeBits-1:0]              trees_i,
    // Sums leave at the end of a segment; else tile by tile into the accumulators.
    input  logic                                  segmented_i,
    // They are converted to int32; else scaled.
    input  logic                                  convert_i,
    input  logic                                  begins_i,
    input  logic                                  ends_i,
    input  logic                                  fresh_i,
    input  logic [  PartialBits-1:0]              partial_i,
    input  logic [  AddressBits-1:0]              address_i,
    input  logic [    ChunkBits-1:0]              last_chunk_i,
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
  localparam int unsigned SlotBits = AddressBits > PartialBits ? AddressBits : PartialBits;
  localparam int unsigned TreeCycles = 4;

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

  // Tags beside the trees, then along the sum.
  tag_t tag;
  logic valid[Trees+1];
  tag_t tags[Trees+1];

  assign tag = '{
          segmented: segmented_i,
          converts: convert_i,
          from_zero: segmented_i ? begins_i : fresh_i,
          ends: ends_i,
          fresh: fresh_i,
          slot: segmented_i ? SlotBits'(partial_i) : SlotBits'(address_i),
          address: address_i,
          last_chunk: last_chunk_i,
          trees: trees_i
      };
  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(TreeCycles)
  ) u_front (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i,
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
    assign stored[column] = tags[0].segmented ? partials_q[tags[0].slot[PartialBits-1:0]][column] : read_i[column];
    always_comb begin
      start[column] = stored[column];
      for (int stage = Trees; stage > 0; stage--) begin
        if (valid[stage] && tags[stage].slot == tags[0].slot) start[column] = sums[column][stage-1];
      end
      if (tags[0].from_zero) start[column] = '0;
    end

    float_column_sum #(
        .Rows(Rows)
    ) u_column (
        .clk_i,
        .en_i,
        .products_i(products_i[column]),
        .start_i   (start[column]),
        .adds_i    (adds),
        .sums_o    (sums[column])
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
