// The output-stationary heart of `olive` and `ant`: NodeRows x NodeColumns nodes of exponent-integer elements, from the
// operands at its two borders to the sums of a row that leave through the lower one.
//
// Operands come as the borders decode them, a cycle later in each further row and column of nodes; what a step is comes
// once, a cycle before the operands of the first row and column. The sums of a segment leave row after row while the
// next segments run. Rows in use are the lowest ones, the first of them at the bottom; columns are counted from the left.
//
// Cycles from the last step of a segment to its first row of sums: NodeRows + NodeColumns + 3, and the joins of wide
// rows and of wide columns.
`include "registers.svh"

module element_mesh #(
    // Of elements; even.
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 8,
    // Of chunks in which a row leaves.
    parameter int unsigned ChunkBits = 1,
    parameter int unsigned AddressBits = 6,
    // Sums of activations are made in one more column of nodes.
    parameter int ActivationSums = 0,
    localparam int unsigned NodeRows = Rows / 2,
    localparam int unsigned NodeColumns = Columns / 2,
    localparam int unsigned RowBits = $clog2(Rows)
) (
    input  logic                             clk_i,
    input  logic                             rst_ni,
    input  logic                             en_i,
    // The same for all steps of an instruction.
    input  logic                             wide_rows_i,
    input  logic                             wide_columns_i,
    input  logic                             step_i,
    // First and last step of a segment.
    input  logic                             step_begins_i,
    input  logic                             step_ends_i,
    // With the last step: nothing of the outputs is in the accumulators yet; first word of the tile there; rows and chunks of
    // columns in use, less one.
    input  logic                             fresh_i,
    input  logic [AddressBits-1:0]           address_i,
    input  logic [    RowBits-1:0]           last_row_i,
    input  logic [  ChunkBits-1:0]           last_chunk_i,
    input  logic [   NodeRows-1:0][1:0][4:0] row_exponents_i,
    input  logic [   NodeRows-1:0][1:0][4:0] row_integers_i,
    input  logic [NodeColumns-1:0][1:0][4:0] column_exponents_i,
    input  logic [NodeColumns-1:0][1:0][4:0] column_integers_i,
    // A chunk of a row of sums; the row stands for as many cycles as it has chunks.
    output logic                             valid_o,
    output logic                             fresh_o,
    output logic [AddressBits-1:0]           address_o,
    output logic [  ChunkBits-1:0]           chunk_o,
    output logic [    Columns-1:0][31:0]     sums_o,
    output logic [31:0]                      activation_sum_o
);
  // Sums leave a row of nodes per cycle at most, while a segment may begin in every cycle.
  localparam int unsigned SegmentBits = $clog2(NodeRows + 3);

  // What goes with a step, and with the sums of a segment.
  typedef struct packed {
    logic begins;
    logic ends;
    logic [SegmentBits-1:0] segment;
  } control_t;
  typedef struct packed {
    logic fresh;
    logic [AddressBits-1:0] address;
    logic [RowBits-1:0] last_row;
    logic [ChunkBits-1:0] last_chunk;
    logic [SegmentBits-1:0] segment;
  } tag_t;

  logic [SegmentBits-1:0] segment_q;
  `CONTROL_REGISTER(segment_q, segment_q + SegmentBits'(step_i && step_ends_i), '0)

  // [row of nodes][column of nodes]: what enters each node from the left and from above.
  logic step[NodeRows][NodeColumns+1];
  control_t control[NodeRows][NodeColumns+1];
  logic [1:0][4:0] row_exponents[NodeRows][NodeColumns+1], row_integers[NodeRows][NodeColumns+1];
  logic [1:0][4:0] column_exponents[NodeRows+1][NodeColumns], column_integers[NodeRows+1][NodeColumns];
  logic [1:0][31:0] leaving[NodeRows+1][NodeColumns];
  logic [NodeColumns-1:0] shift;
  logic [NodeColumns-1:0][SegmentBits-1:0] shift_segment;

  for (genvar row = 0; row < NodeRows; row++) begin : gen_rows
    assign row_exponents[row][0] = row_exponents_i[row];
    assign row_integers[row][0] = row_integers_i[row];
    delay_line #(
        .Width ($bits(control_t)),
        .Cycles(row + 1)
    ) u_step (
        .clk_i,
        .rst_ni,
        .en_i,
        .valid_i(step_i),
        .value_i({step_begins_i, step_ends_i, segment_q}),
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
          .wide_rows_i,
          .wide_columns_i,
          .step_i            (step[row][column]),
          .begins_i          (control[row][column].begins),
          .ends_i            (control[row][column].ends),
          .segment_i         (control[row][column].segment),
          .row_exponents_i   (row_exponents[row][column]),
          .row_integers_i    (row_integers[row][column]),
          .column_exponents_i(column_exponents[row][column]),
          .column_integers_i (column_integers[row][column]),
          .step_o            (step[row][column+1]),
          .begins_o          (control[row][column+1].begins),
          .ends_o            (control[row][column+1].ends),
          .segment_o         (control[row][column+1].segment),
          .row_exponents_o   (row_exponents[row][column+1]),
          .row_integers_o    (row_integers[row][column+1]),
          .column_exponents_o(column_exponents[row+1][column]),
          .column_integers_o (column_integers[row+1][column]),
          .shift_i           (shift[column]),
          .shift_segment_i   (shift_segment[column]),
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
  logic ends_early, ends, leaves;
  tag_t tag_early, tag_ends;
  logic [1:0] joins;
  logic [RowBits-1:0] row;
  logic [ChunkBits-1:0] chunk;
  logic leaving_fresh;
  logic [AddressBits-1:0] leaving_address;
  assign joins = {1'b0, wide_rows_i} + {1'b0, wide_columns_i};
  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(NodeRows + 3)
  ) u_ends (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(step_i && step_ends_i),
      .value_i({fresh_i, address_i, last_row_i, last_chunk_i, segment_q}),
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
      .segment_i   (tag_ends.segment),
      .tag_i       ({tag_ends.fresh, tag_ends.address}),
      .valid_o     (leaves),
      .row_o       (row),
      .chunk_o     (chunk),
      .tag_o       ({leaving_fresh, leaving_address}),
      .shift_o     (shift[0]),
      .segment_o   (shift_segment[0])
  );

  logic [Columns-1:0][31:0] border;
  for (genvar column = 0; column < NodeColumns; column++) begin : gen_columns
    assign column_exponents[0][column] = column_exponents_i[column];
    assign column_integers[0][column] = column_integers_i[column];
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
    assign sums_o[column] = wide_columns_i ? border[2*column+1] : border[column];
    assign sums_o[NodeColumns+column] = border[NodeColumns+column];
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
      .value_i({leaving_fresh, leaving_address + AddressBits'(row), chunk}),
      .valid_o(valid_o),
      .value_o({fresh_o, address_o, chunk_o})
  );

  // Activations are summed beside the first column.
  if (ActivationSums != 0) begin : gen_activation_sums
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
          .wide_rows_i,
          .wide_columns_i,
          .step_i         (step[i][0]),
          .begins_i       (control[i][0].begins),
          .ends_i         (control[i][0].ends),
          .segment_i      (control[i][0].segment),
          .row_exponents_i(row_exponents[i][0]),
          .row_integers_i (row_integers[i][0]),
          .shift_i        (shift[0]),
          .shift_segment_i(shift_segment[0]),
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
    assign activation_sum_o = wide_columns_i ? ones_border[1] : ones_border[0];
  end else begin : gen_no_activation_sums
    assign activation_sum_o = '0;
  end
endmodule
