// A node of the column that sums activations: its weights are ones.
module ones_node #(
    // As of element_node.
    parameter int unsigned SegmentBits = 1
) (
    input  logic            clk_i,
    input  logic            rst_ni,
    input  logic            en_i,
    input  logic            wide_rows_i,
    input  logic            wide_columns_i,
    // As element_node takes them.
    input  logic            step_i,
    input  logic            begins_i,
    input  logic            ends_i,
    input  logic [SegmentBits-1:0] segment_i,
    input  logic [1:0][4:0] row_exponents_i,
    input  logic [1:0][4:0] row_integers_i,
    input  logic            shift_i,
    input  logic [SegmentBits-1:0] shift_segment_i,
    input  logic [1:0][31:0] above_i,
    output logic [1:0][31:0] leaving_o
);
  logic [1:0][4:0] unused_row_exponents, unused_row_integers, unused_column_exponents, unused_column_integers;
  logic [SegmentBits+2:0] unused_control;

  element_node #(
      .SegmentBits(SegmentBits)
  ) u_node (
      .clk_i,
      .rst_ni,
      .en_i,
      .wide_rows_i,
      .wide_columns_i,
      .step_i,
      .begins_i,
      .ends_i,
      .segment_i,
      .row_exponents_i,
      .row_integers_i,
      .column_exponents_i('0),
      // Both columns of a wide weight are added.
      .column_integers_i ({5'd0, 5'd1}),
      .step_o            (unused_control[SegmentBits+2]),
      .begins_o          (unused_control[SegmentBits+1]),
      .ends_o            (unused_control[SegmentBits]),
      .segment_o         (unused_control[SegmentBits-1:0]),
      .row_exponents_o   (unused_row_exponents),
      .row_integers_o    (unused_row_integers),
      .column_exponents_o(unused_column_exponents),
      .column_integers_o (unused_column_integers),
      .shift_i,
      .shift_segment_i,
      .above_i,
      .leaving_o
  );
endmodule
