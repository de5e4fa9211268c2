// A node of the output-stationary array: two by two elements with the running sums of their outputs and, of each, a
// register for the sum that is leaving. Operands and control of a step pass to the right, operands of columns
// downward, one node per cycle.
//
// The sums of a segment move to the leaving registers as soon as the node is done, and down through the column when
// `shift_i` tells, which comes to all nodes of a column at once. By then upper nodes may hold sums of the next
// segments already: each knows the number of its segment, and shifts only with its own.
`include "registers.svh"

module element_node #(
    // Of numbers of segments: those that are between the first node and the border at a time differ.
    parameter int unsigned SegmentBits = 1
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 en_i,
    input  logic                 wide_rows_i,
    input  logic                 wide_columns_i,
    // A step of K: whether there is one, whether it is the first or last of its segment, number of the segment.
    input  logic                 step_i,
    input  logic                 begins_i,
    input  logic                 ends_i,
    input  logic [SegmentBits-1:0] segment_i,
    input  logic [1:0][4:0]      row_exponents_i,
    input  logic [1:0][4:0]      row_integers_i,
    input  logic [1:0][4:0]      column_exponents_i,
    input  logic [1:0][4:0]      column_integers_i,
    output logic                 step_o,
    output logic                 begins_o,
    output logic                 ends_o,
    output logic [SegmentBits-1:0] segment_o,
    output logic [1:0][4:0]      row_exponents_o,
    output logic [1:0][4:0]      row_integers_o,
    output logic [1:0][4:0]      column_exponents_o,
    output logic [1:0][4:0]      column_integers_o,
    input  logic                 shift_i,
    input  logic [SegmentBits-1:0] shift_segment_i,
    // Of both columns: what leaves the node above, and this one.
    input  logic [1:0][31:0]     above_i,
    output logic [1:0][31:0]     leaving_o
);
  logic step_q, begins_q, ends_q;
  logic [SegmentBits-1:0] segment_q;
  logic [1:0][4:0] row_exponents_q, row_integers_q, column_exponents_q, column_integers_q;
  `CONTROL_REGISTER(step_q, step_i, 1'b0)
  `DATA_REGISTER(begins_q, begins_i)
  `DATA_REGISTER(ends_q, ends_i)
  `DATA_REGISTER(segment_q, segment_i)
  `DATA_REGISTER(row_exponents_q, row_exponents_i)
  `DATA_REGISTER(row_integers_q, row_integers_i)
  `DATA_REGISTER(column_exponents_q, column_exponents_i)
  `DATA_REGISTER(column_integers_q, column_integers_i)
  assign {step_o, begins_o, ends_o, segment_o} = {step_q, begins_q, ends_q, segment_q};
  assign row_exponents_o = row_exponents_q;
  assign row_integers_o = row_integers_q;
  assign column_exponents_o = column_exponents_q;
  assign column_integers_o = column_integers_q;

  logic [1:0][1:0][31:0] values;
  element_block u_elements (
      .clk_i,
      .en_i,
      .wide_rows_i,
      .wide_columns_i,
      .row_exponents_i,
      .row_integers_i,
      .column_exponents_i,
      .column_integers_i,
      .values_o(values)
  );

  // Beside the elements: product and shift registers, then as many joins as there are.
  logic early, summed, begins, ends;
  logic [SegmentBits-1:0] segment;
  logic [SegmentBits+1:0] early_tag;
  logic [1:0] joins;
  assign joins = {1'b0, wide_rows_i} + {1'b0, wide_columns_i};
  delay_line #(
      .Width (2 + SegmentBits),
      .Cycles(2)
  ) u_elements_tag (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(step_i),
      .value_i({begins_i, ends_i, segment_i}),
      .valid_o(early),
      .value_o(early_tag)
  );
  skew_line #(
      .Width (2 + SegmentBits),
      .Cycles(2)
  ) u_joins_tag (
      .clk_i,
      .en_i,
      .cycles_i(joins),
      .value_i (early_tag),
      .value_o ({begins, ends, segment})
  );
  valid_line #(
      .Cycles(2)
  ) u_joins_valid (
      .clk_i,
      .rst_ni,
      .en_i,
      .cycles_i(joins),
      .valid_i (early),
      .valid_o (summed)
  );

  logic done_q, shifts;
  logic [SegmentBits-1:0] done_segment_q, holds_segment_q;
  `CONTROL_REGISTER(done_q, summed && ends, 1'b0)
  `DATA_REGISTER(done_segment_q, segment)
  `LOAD_REGISTER(holds_segment_q, done_segment_q, done_q)
  assign shifts = shift_i && shift_segment_i == holds_segment_q;

  logic [1:0][31:0] upper_leaving_q, lower_leaving_q;
  for (genvar column = 0; column < 2; column++) begin : gen_columns
    logic [31:0] upper_sum_q, lower_sum_q;
    `LOAD_REGISTER(upper_sum_q, (begins ? '0 : upper_sum_q) + values[0][column], summed && !wide_rows_i)
    `LOAD_REGISTER(lower_sum_q, (begins ? '0 : lower_sum_q) + values[1][column], summed)
    `LOAD_REGISTER(upper_leaving_q[column], done_q ? upper_sum_q : above_i[column], done_q || shifts)
    // Wide rows have no sums in the upper elements.
    `LOAD_REGISTER(lower_leaving_q[column],
                   done_q ? lower_sum_q : (wide_rows_i ? above_i[column] : upper_leaving_q[column]), done_q || shifts)
  end
  assign leaving_o = lower_leaving_q;
endmodule
