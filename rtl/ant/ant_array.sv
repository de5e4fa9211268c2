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
    // Sums leave a row of nodes per cycle at most, while a segment may begin in every cycle.
    localparam int unsigned SegmentBits = $clog2(NodeRows + 3),
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
    logic [SegmentBits-1:0] segment;
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
  tag_t tag;
  logic step_q, step_begins_q, step_ends_q;
  logic [SegmentBits-1:0] segment_q, step_segment_q;

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
          last_chunk: step_last_chunk_i,
          segment: segment_q
      };
  `LOAD_REGISTER(instruction_q, instruction, issue)
  `DATA_REGISTER(rows_q, step_row_i)
  `DATA_REGISTER(columns_q, step_column_i)
  `DATA_REGISTER(step_segment_q, segment_q)
  `CONTROL_REGISTER(segment_q, segment_q + SegmentBits'(issue && step_ends_i), '0)
  `CONTROL_REGISTER(step_q, issue, 1'b0)
  `DATA_REGISTER(step_begins_q, step_begins_i)
  `DATA_REGISTER(step_ends_q, step_ends_i)

  // [row of nodes][column of nodes]: what enters each node from the left and from above.
  logic step[NodeRows][NodeColumns+1];
  logic [SegmentBits+1:0] control[NodeRows][NodeColumns+1];
  logic [1:0][4:0] row_exponents[NodeRows][NodeColumns+1], row_integers[NodeRows][NodeColumns+1];
  logic [1:0][4:0] column_exponents[NodeRows+1][NodeColumns], column_integers[NodeRows+1][NodeColumns];
  logic [1:0][31:0] leaving[NodeRows+1][NodeColumns];
  logic [NodeColumns-1:0] shift;
  logic [NodeColumns-1:0][SegmentBits-1:0] shift_segment;

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
        .exponents_o(row_exponents[row][0]),
        .integers_o (row_integers[row][0])
    );
    delay_line #(
        .Width (2 + SegmentBits),
        .Cycles(row + 1)
    ) u_step (
        .clk_i,
        .rst_ni,
        .en_i,
        .valid_i(step_q),
        .value_i({step_begins_q, step_ends_q, step_segment_q}),
        .valid_o(step[row][0]),
        .value_o(control[row][0])
    );
    for (genvar column = 0; column < NodeColumns; column++) begin : gen_nodes
      element_node #(
          .SegmentBits(SegmentBits)
      ) u_node (
          .clk_i,
          .rst_ni,
          .en_i,
          .wide_rows_i       (instruction_q.wide_rows),
          .wide_columns_i    (instruction_q.wide_columns),
          .step_i            (step[row][column]),
          .begins_i          (control[row][column][SegmentBits+1]),
          .ends_i            (control[row][column][SegmentBits]),
          .segment_i          (control[row][column][SegmentBits-1:0]),
          .row_exponents_i   (row_exponents[row][column]),
          .row_integers_i    (row_integers[row][column]),
          .column_exponents_i(column_exponents[row][column]),
          .column_integers_i (column_integers[row][column]),
          .step_o            (step[row][column+1]),
          .begins_o          (control[row][column+1][SegmentBits+1]),
          .ends_o            (control[row][column+1][SegmentBits]),
          .segment_o          (control[row][column+1][SegmentBits-1:0]),
          .row_exponents_o   (row_exponents[row][column+1]),
          .row_integers_o    (row_integers[row][column+1]),
          .column_exponents_o(column_exponents[row+1][column]),
          .column_integers_o (column_integers[row+1][column]),
          .shift_i           (shift[column]),
          .shift_segment_i    (shift_segment[column]),
          .above_i           (leaving[row][column]),
          .leaving_o         (leaving[row+1][column])
      );
    end
    logic unused_right_border;
    assign unused_right_border = ^{step[row][NodeColumns], control[row][NodeColumns], row_exponents[row][NodeColumns],
                                   row_integers[row][NodeColumns]};
  end

  // Sums that leave: the controller works for the first column of nodes, the others lag behind, and are waited for at
  // the border.
  logic ends_early, ends, leaves, drained;
  tag_t tag_early, tag_ends;
  logic [1:0] joins;
  logic [RowBits-1:0] row;
  logic [ChunkBits-1:0] chunk, drained_chunk;
  logic [AddressBits:0] leaving_tag, drained_tag;
  assign joins = {1'b0, instruction_q.wide_rows} + {1'b0, instruction_q.wide_columns};
  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(NodeRows + 4)
  ) u_ends (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(issue && step_ends_i),
      .value_i(tag),
      .valid_o(ends_early),
      .value_o(tag_early)
  );
  skew_line #(
      .Width ($bits(tag_t)),
      .Cycles(2)
  ) u_ends_tag (
      .clk_i,
      .en_i,
      .cycles_i(joins),
      .value_i (tag_early),
      .value_o (tag_ends)
  );
  valid_line #(
      .Cycles(2)
  ) u_ends_valid (
      .clk_i,
      .rst_ni,
      .en_i,
      .cycles_i(joins),
      .valid_i (ends_early),
      .valid_o (ends)
  );

  leave_control #(
      .RowBits    (RowBits),
      .ChunkBits  (ChunkBits),
      .TagBits    (1 + AddressBits),
      .SegmentBits(SegmentBits)
  ) u_leave (
      .clk_i,
      .rst_ni,
      .en_i,
      .start_i     (ends),
      .last_row_i  (tag_ends.last_row),
      .last_chunk_i(tag_ends.last_chunk),
      .segment_i    (tag_ends.segment),
      .tag_i       ({tag_ends.fresh, tag_ends.address}),
      .valid_o     (leaves),
      .row_o       (row),
      .chunk_o     (chunk),
      .tag_o       (leaving_tag),
      .shift_o     (shift[0]),
      .segment_o    (shift_segment[0])
  );

  logic [Columns-1:0][31:0] border, word;
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
        .exponents_o(column_exponents[0][column]),
        .integers_o (column_integers[0][column])
    );
    assign leaving[0][column] = '0;
    if (column > 0) begin : gen_lag
      delay_line #(
          .Width (SegmentBits),
          .Cycles(column)
      ) u_lag (
          .clk_i,
          .rst_ni,
          .en_i,
          .valid_i(shift[0]),
          .value_i(shift_segment[0]),
          .valid_o(shift[column]),
          .value_o(shift_segment[column])
      );
    end
    logic unused_valid;
    delay_line #(
        .Width (64),
        .Cycles(NodeColumns - 1 - column)
    ) u_wait (
        .clk_i,
        .rst_ni,
        .en_i,
        .valid_i(1'b0),
        .value_i(leaving[NodeRows][column]),
        .valid_o(unused_valid),
        .value_o(border[2*column+:2])
    );
    // Sums of wide columns are those of the right elements.
    assign word[column] = instruction_q.wide_columns ? border[2*column+1] : border[column];
    assign word[NodeColumns+column] = border[NodeColumns+column];
    logic unused_lower_border;
    assign unused_lower_border = ^{column_exponents[NodeRows][column], column_integers[NodeRows][column]};
  end

  delay_line #(
      .Width (1 + AddressBits + ChunkBits),
      .Cycles(NodeColumns - 1)
  ) u_drained (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(leaves),
      .value_i({leaving_tag[AddressBits], leaving_tag[AddressBits-1:0] + AddressBits'(row), chunk}),
      .valid_o(drained),
      .value_o({drained_tag, drained_chunk})
  );

  // Activations are summed beside the first column.
  logic [1:0][31:0] ones_leaving[NodeRows+1];
  logic [1:0][31:0] ones_border;
  logic unused_ones_valid;
  assign ones_leaving[0] = '0;
  for (genvar i = 0; i < NodeRows; i++) begin : gen_ones
    ones_node #(
        .SegmentBits(SegmentBits)
    ) u_node (
        .clk_i,
        .rst_ni,
        .en_i,
        .wide_rows_i    (instruction_q.wide_rows),
        .wide_columns_i (instruction_q.wide_columns),
        .step_i         (step[i][0]),
        .begins_i       (control[i][0][SegmentBits+1]),
        .ends_i         (control[i][0][SegmentBits]),
        .segment_i       (control[i][0][SegmentBits-1:0]),
        .row_exponents_i(row_exponents[i][0]),
        .row_integers_i (row_integers[i][0]),
        .shift_i        (shift[0]),
        .shift_segment_i (shift_segment[0]),
        .above_i        (ones_leaving[i]),
        .leaving_o      (ones_leaving[i+1])
    );
  end
  delay_line #(
      .Width (64),
      .Cycles(NodeColumns - 1)
  ) u_ones_wait (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(1'b0),
      .value_i(ones_leaving[NodeRows]),
      .valid_o(unused_ones_valid),
      .value_o(ones_border)
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
      .activation_sums_i(instruction_q.wide_columns ? ones_border[1] : ones_border[0]),
      .chunk_i          (drained_chunk),
      .scaled_i         (instruction_q.scaled),
      .corrects_i       (instruction_q.corrects),
      .doubles_i        (instruction_q.doubles),
      .fresh_i          (drained_tag[AddressBits]),
      .address_i        (drained_tag[AddressBits-1:0]),
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
