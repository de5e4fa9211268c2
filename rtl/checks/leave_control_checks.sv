// Rows of sums at the lower border, bound to every leave_control.
module leave_control_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic start_i,
    input logic valid_o,
    input logic shift_o,
    input logic is_last,
    input logic is_within
);
  // Sums that come while others leave would be lost, except beside the last one.
  none_are_lost : assert property (@(posedge clk_i) disable iff (!rst_ni) start_i && valid_o |-> is_last);
  rows_in_range : assert property (@(posedge clk_i) disable iff (!rst_ni) valid_o |-> is_within);

  without_pause : cover property (@(posedge clk_i) en_i && start_i && valid_o);
  rows_shift : cover property (@(posedge clk_i) en_i && shift_o);
  stays_for_chunks : cover property (@(posedge clk_i) en_i && valid_o && !shift_o && !is_last);
endmodule

bind leave_control leave_control_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .start_i,
    .valid_o,
    .shift_o,
    .is_last  (is_last_row && is_last_chunk),
    .is_within(row_q <= last_row_q && chunk_q <= last_chunk_q)
);
