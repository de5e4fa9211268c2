// When rows meet outliers and dense rows leave, bound to every outlier_control.
module outlier_control_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic turn_ready_o,
    input logic turn_first_i,
    input logic row_valid_i,
    input logic row_ready_o,
    input logic issue_o,
    input logic dense_issue_i,
    input logic dense_last_i,
    input logic dense_ready_o,
    input logic is_full,
    input logic is_too_many
);
  // Dense rows are added to sums that are complete.
  sums_are_complete : assert property (@(posedge clk_i) disable iff (!rst_ni) dense_issue_i |-> dense_ready_o);
  // Sums of a segment are gone before those of the next one come.
  sums_are_free : assert property (@(posedge clk_i) disable iff (!rst_ni) turn_ready_o && turn_first_i |-> !is_full);
  within_the_rows : assert property (@(posedge clk_i) disable iff (!rst_ni) !is_too_many);

  next_segment_waits : cover property (@(posedge clk_i) en_i && row_valid_i && is_full && !row_ready_o);
  turn_beside_the_last_dense_row : cover property (
      @(posedge clk_i) en_i && issue_o && dense_issue_i && dense_last_i);
  further_turn : cover property (@(posedge clk_i) en_i && turn_ready_o && !turn_first_i);
  stalled_turn : cover property (@(posedge clk_i) !en_i && turn_ready_o);
endmodule

bind outlier_control outlier_control_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .turn_ready_o,
    .turn_first_i,
    .row_valid_i,
    .row_ready_o,
    .issue_o,
    .dense_issue_i,
    .dense_last_i,
    .dense_ready_o,
    .is_full    (full_q),
    .is_too_many(32'(complete_q) > PartialRows)
);
