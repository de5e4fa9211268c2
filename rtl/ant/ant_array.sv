// Output-stationary array of exponent-integer elements (engine `ant`): Rows x Columns elements of 4 bits in nodes of two by two,
// decoders of codes on two borders. A step of K enters per cycle (see step_control); the sums of a segment leave row after
// row through the lower border while the next segment runs. Rows in use are the lowest ones, the first of them at the
// bottom; columns are counted from the left. One more column of nodes, whose weights are ones, sums the activations.
//
// Registers of a step: operand, decoder, Rows / 2 + Columns / 2 - 2 nodes, product, shift, 0 to 2 joins, sum, leaving
// register, then correction_lanes.
`include "registers.svh"

module ant_array #(
    // Even.
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 8,
    parameter int unsigned EpilogueLanes = 8,
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
    // Codes of a k of all rows and columns of a tile, as code_border takes them.
    input  logic                                 step_valid_i,
    output logic                                 step_ready_o,
    input  logic [     NodeRows-1:0][      15:0] step_row_i,
    input  logic [  NodeColumns-1:0][      15:0] step_column_i,
    // First and last step of a segment.
    input  logic                                 step_begins_i,
    input  logic                                 step_ends_i,
    // Nothing of these outputs is in the accumulators yet.
    input  logic                                 step_fresh_i,
    // First word of the tile in the accumulators, a word per row; rows and chunks of columns in use, less one, and
    // the cycles in which they leave, less one.
    input  logic [  AddressBits-1:0]             step_address_i,
    input  logic [      RowBits-1:0]             step_last_row_i,
    input  logic [    ChunkBits-1:0]             step_last_chunk_i,
    input  logic [     HoldBits-1:0]             step_hold_i,
    // The same for all steps of an instruction; a new instruction waits until the array is empty.
    input  logic                                 step_scaled_i,
    // Sums leave through the lanes that correct and scale.
    input  logic                                 step_corrects_i,
    input  logic                                 step_doubles_i,
    input  logic                                 step_row_flint_i,
    input  logic                                 step_row_signed_i,
    input  logic                                 step_row_wide_i,
    input  logic                                 step_column_flint_i,
    input  logic                                 step_column_signed_i,
    input  logic                                 step_column_wide_i,
    input  logic                                 step_column_centres_i,
    // Bits of a weight's code, less one.
    input  logic [              2:0]             step_column_width_i,
    // Corrections and, one cycle later, scales of the chunk that leaves.
    input  logic                                 zero_valid_i,
    output logic                                 zero_ready_o,
    input  logic [EpilogueLanes-1:0][      16:0] zero_factor_i,
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
    logic corrects;
    logic doubles;
    logic row_flint;
    logic row_signed;
    logic wide_rows;
    logic column_flint;
    logic column_signed;
    logic wide_columns;
    logic column_centres;
    logic [2:0] column_width;
  } instruction_t;

  // Of the sums of a segment.
  typedef struct packed {
    logic fresh;
    logic [AddressBits-1:0] address;
    logic [RowBits-1:0] last_row;
    logic [ChunkBits-1:0] last_chunk;
  } tag_t;

  logic issue;
  step_control #(
      .HoldBits(HoldBits)
  ) u_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .step_valid_i,
      .step_ready_o,
      .step_ends_i,
      .step_hold_i,
      .issue_o(issue)
  );

  // Operand registers.
  instruction_t instruction, instruction_q;
  logic [NodeRows-1:0][15:0] rows_q;
  logic [NodeColumns-1:0][15:0] columns_q;
  tag_t tag, tag_q;
  logic step_q, step_begins_q, step_ends_q;

  assign instruction = '{
          scaled: step_scaled_i,
          corrects: step_corrects_i,
          doubles: step_doubles_i,
          row_flint: step_row_flint_i,
          row_signed: step_row_signed_i,
          wide_rows: step_row_wide_i,
          column_flint: step_column_flint_i,
          column_signed: step_column_signed_i,
          wide_columns: step_column_wide_i,
          column_centres: step_column_centres_i,
          column_width: step_column_width_i
      };
  assign tag = '{
          fresh: step_fresh_i,
          address: step_address_i,
          last_row: step_last_row_i,
          last_chunk: step_last_chunk_i
      };
  `LOAD_REGISTER(instruction_q, instruction, issue)
  `DATA_REGISTER(rows_q, step_row_i)
  `DATA_REGISTER(columns_q, step_column_i)
  `DATA_REGISTER(tag_q, tag)
  `CONTROL_REGISTER(step_q, issue, 1'b0)
  `DATA_REGISTER(step_begins_q, step_begins_i)
  `DATA_REGISTER(step_ends_q, step_ends_i)

  logic [NodeRows-1:0][1:0][4:0] row_exponents, row_integers;
  logic [NodeColumns-1:0][1:0][4:0] column_exponents, column_integers;
  for (genvar row = 0; row < NodeRows; row++) begin : gen_rows
    ant_border #(
        .Skew(row)
    ) u_border (
        .clk_i,
        .rst_ni,
        .en_i,
        .codes_i    (rows_q[row]),
        .flint_i    (instruction_q.row_flint),
        .signed_i   (instruction_q.row_signed),
        .wide_i     (instruction_q.wide_rows),
        .centres_i  (1'b0),
        .width_i    (3'd0),
        .exponents_o(row_exponents[row]),
        .integers_o (row_integers[row])
    );
  end
  for (genvar column = 0; column < NodeColumns; column++) begin : gen_columns
    ant_border #(
        .Skew(column)
    ) u_border (
        .clk_i,
        .rst_ni,
        .en_i,
        .codes_i    (columns_q[column]),
        .flint_i    (instruction_q.column_flint),
        .signed_i   (instruction_q.column_signed),
        .wide_i     (instruction_q.wide_columns),
        .centres_i  (instruction_q.column_centres),
        .width_i    (instruction_q.column_width),
        .exponents_o(column_exponents[column]),
        .integers_o (column_integers[column])
    );
  end

  logic drained, drained_fresh;
  logic [AddressBits-1:0] drained_address;
  logic [ChunkBits-1:0] drained_chunk;
  logic [Columns-1:0][31:0] word;
  logic [31:0] activation_sum;
  element_mesh #(
      .Rows       (Rows),
      .Columns    (Columns),
      .ChunkBits  (ChunkBits),
      .AddressBits(AddressBits),
      .ActivationSums(1)
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
      .activation_sum_o  (activation_sum)
  );

  correction_lanes #(
      .Columns         (Columns),
      .Lanes           (EpilogueLanes),
      .ActivationSums  (1),
      .AccumulatorWords(AccumulatorWords)
  ) u_lanes (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i          (drained),
      .sums_i           (word),
      .activation_sums_i(activation_sum),
      .chunk_i          (drained_chunk),
      .scaled_i         (instruction_q.scaled),
      .corrects_i       (instruction_q.corrects),
      .doubles_i        (instruction_q.doubles),
      .fresh_i          (drained_fresh),
      .address_i        (drained_address),
      .zero_valid_i,
      .zero_ready_o,
      .zero_factor_i,
      .scale_valid_i,
      .scale_ready_o,
      .scale_column_i,
      .scale_row_i,
      .read_address_o,
      .read_i,
      .retire_valid_o,
      .retire_address_o,
      .retire_o
  );
endmodule
