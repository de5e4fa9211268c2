// Output-stationary array of exponent-integer elements (engine `olive`): Rows x Columns elements of 4 bits in nodes
// of two by two, decoders of outlier-victim pairs on two borders. Pairs of K enter every two cycles (see
// pair_control); the sums of a segment leave row after row through the lower border while the next segment runs. Rows
// in use are the lowest ones, the first of them at the bottom; columns are counted from the left.
//
// Registers of a step: operand, decoder, Rows / 2 + Columns / 2 - 2 nodes, product, shift, 0 to 2 joins, sum, leaving
// register, then accumulate_lanes.
`include "registers.svh"

module olive_array #(
    // Even.
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 8,
    parameter int unsigned EpilogueLanes = 8,
    // Of 8-bit outliers: 4 (E4M3) or 2 (E2M5).
    parameter int unsigned WideExponentBits = 4,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned NodeRows = Rows / 2,
    localparam int unsigned NodeColumns = Columns / 2,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned RowBits = $clog2(Rows),
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned HoldBits = $clog2(Rows * Chunks)
) (
    input  logic                                 clk_i,
    input  logic                                 rst_ni,
    input  logic                                 en_i,
    // A pair of K of all rows and columns of a tile, as border_decoder takes it.
    input  logic                                 pair_valid_i,
    output logic                                 pair_ready_o,
    input  logic [     NodeRows-1:0][      15:0] pair_row_i,
    input  logic [  NodeColumns-1:0][      15:0] pair_column_i,
    // First and last pair of a segment.
    input  logic                                 pair_begins_i,
    input  logic                                 pair_ends_i,
    // Nothing of these outputs is in the accumulators yet.
    input  logic                                 pair_fresh_i,
    // First word of the tile in the accumulators, a word per row; rows and chunks of columns in use, less one, and
    // the cycles in which they leave, less one.
    input  logic [  AddressBits-1:0]             pair_address_i,
    input  logic [      RowBits-1:0]             pair_last_row_i,
    input  logic [    ChunkBits-1:0]             pair_last_chunk_i,
    input  logic [     HoldBits-1:0]             pair_hold_i,
    // The same for all pairs of an instruction; a new instruction waits until the array is empty.
    input  logic                                 pair_scaled_i,
    input  logic                                 pair_row_eight_i,
    input  logic                                 pair_row_flint_i,
    input  logic                                 pair_column_eight_i,
    input  logic                                 pair_column_flint_i,
    input  logic                                 pair_wide_rows_i,
    input  logic                                 pair_wide_columns_i,
    // Scales of the chunk that leaves.
    input  logic                                 scale_valid_i,
    output logic                                 scale_ready_o,
    input  logic [EpilogueLanes-1:0][      31:0] scale_column_i,
    input  logic [             31:0]             scale_row_i,
    output logic [  AddressBits-1:0]             read_address_o,
    input  logic [      Columns-1:0][      31:0] read_i,
    output logic [      Columns-1:0]             retire_valid_o,
    output logic [  AddressBits-1:0]             retire_address_o,
    output logic [      Columns-1:0][      31:0] retire_o
);
  typedef struct packed {
    logic scaled;
    logic row_eight;
    logic row_flint;
    logic column_eight;
    logic column_flint;
    logic wide_rows;
    logic wide_columns;
  } instruction_t;

  // Of the sums of a segment.
  typedef struct packed {
    logic fresh;
    logic [AddressBits-1:0] address;
    logic [RowBits-1:0] last_row;
    logic [ChunkBits-1:0] last_chunk;
  } tag_t;

  logic issue, right;
  pair_control #(
      .HoldBits(HoldBits)
  ) u_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .pair_valid_i,
      .pair_ready_o,
      .pair_ends_i,
      .pair_hold_i,
      .issue_o(issue),
      .right_o(right)
  );

  // Operand registers keep a pair for both of its steps.
  instruction_t instruction, instruction_q;
  logic [NodeRows-1:0][15:0] rows_q;
  logic [NodeColumns-1:0][15:0] columns_q;
  tag_t tag, tag_q;
  logic ends_q, segment_ends, step_q, right_q, step_begins_q, step_ends_q;

  assign instruction = '{
          scaled: pair_scaled_i,
          row_eight: pair_row_eight_i,
          row_flint: pair_row_flint_i,
          column_eight: pair_column_eight_i,
          column_flint: pair_column_flint_i,
          wide_rows: pair_wide_rows_i,
          wide_columns: pair_wide_columns_i
      };
  assign tag = '{
          fresh: pair_fresh_i,
          address: pair_address_i,
          last_row: pair_last_row_i,
          last_chunk: pair_last_chunk_i
      };
  assign segment_ends = right && ends_q;
  `LOAD_REGISTER(instruction_q, instruction, issue)
  `LOAD_REGISTER(rows_q, pair_row_i, issue)
  `LOAD_REGISTER(columns_q, pair_column_i, issue)
  `LOAD_REGISTER(tag_q, tag, issue)
  `LOAD_REGISTER(ends_q, pair_ends_i, issue)
  `CONTROL_REGISTER(step_q, issue || right, 1'b0)
  `DATA_REGISTER(right_q, right)
  `DATA_REGISTER(step_begins_q, issue && pair_begins_i)
  `DATA_REGISTER(step_ends_q, segment_ends)

  logic [NodeRows-1:0][1:0][4:0] row_exponents, row_integers;
  logic [NodeColumns-1:0][1:0][4:0] column_exponents, column_integers;
  for (genvar row = 0; row < NodeRows; row++) begin : gen_rows
    border_line #(
        .WideExponentBits(WideExponentBits),
        .Skew            (row)
    ) u_border (
        .clk_i,
        .rst_ni,
        .en_i,
        .eight_i    (instruction_q.row_eight),
        .flint_i    (instruction_q.row_flint),
        .wide_i     (instruction_q.wide_rows),
        .right_i    (right_q),
        .pairs_i    (rows_q[row]),
        .exponents_o(row_exponents[row]),
        .integers_o (row_integers[row])
    );
  end
  for (genvar column = 0; column < NodeColumns; column++) begin : gen_columns
    border_line #(
        .WideExponentBits(WideExponentBits),
        .Skew            (column)
    ) u_border (
        .clk_i,
        .rst_ni,
        .en_i,
        .eight_i    (instruction_q.column_eight),
        .flint_i    (instruction_q.column_flint),
        .wide_i     (instruction_q.wide_columns),
        .right_i    (right_q),
        .pairs_i    (columns_q[column]),
        .exponents_o(column_exponents[column]),
        .integers_o (column_integers[column])
    );
  end

  logic drained, drained_fresh;
  logic [AddressBits-1:0] drained_address;
  logic [ChunkBits-1:0] drained_chunk;
  logic [Columns-1:0][31:0] word;
  logic [31:0] unused_activation_sum;
  element_mesh #(
      .Rows       (Rows),
      .Columns    (Columns),
      .ChunkBits  (ChunkBits),
      .AddressBits(AddressBits)
  ) u_mesh (
      .clk_i,
      .rst_ni,
      .en_i,
      .wide_rows_i       (instruction_q.wide_rows),
      .wide_columns_i    (instruction_q.wide_columns),
      .step_i            (step_q),
      .step_begins_i     (step_begins_q),
      .step_ends_i       (step_ends_q),
      .fresh_i           (tag_q.fresh),
      .address_i         (tag_q.address),
      .last_row_i        (tag_q.last_row),
      .last_chunk_i      (tag_q.last_chunk),
      .row_exponents_i   (row_exponents),
      .row_integers_i    (row_integers),
      .column_exponents_i(column_exponents),
      .column_integers_i (column_integers),
      .valid_o           (drained),
      .fresh_o           (drained_fresh),
      .address_o         (drained_address),
      .chunk_o           (drained_chunk),
      .sums_o            (word),
      .activation_sum_o  (unused_activation_sum)
  );

  accumulate_lanes #(
      .Columns    (Columns),
      .Lanes      (EpilogueLanes),
      .AddressBits(AddressBits)
  ) u_accumulate (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i    (drained),
      .scaled_i   (instruction_q.scaled),
      .sums_i     (word),
      .fresh_i    (drained_fresh),
      .address_i  (drained_address),
      .chunk_i    (drained_chunk),
      .scale_valid_i,
      .scale_ready_o,
      .scale_column_i,
      .scale_row_i({EpilogueLanes{scale_row_i}}),
      .read_address_o,
      .read_i,
      .retire_valid_o,
      .retire_address_o,
      .retire_o
  );
endmodule
