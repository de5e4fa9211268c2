// When k and outliers enter an array of sums by centroid, bound to every pass_control.
module pass_control_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic step_valid_i,
    input logic step_ready_o,
    input logic step_ends_i,
    input logic outlier_valid_i,
    input logic issue_o,
    input logic outlier_o,
    input logic is_kept,
    input logic are_left
);
  // The multipliers belong to the sums of the pass before.
  places_are_kept : assert property (@(posedge clk_i) disable iff (!rst_ni) outlier_o |-> !is_kept);
  // A pass ends with nothing left for its multipliers.
  outliers_are_through : assert property (
      @(posedge clk_i) disable iff (!rst_ni) issue_o && step_ends_i |-> !are_left);

  sums_hold_the_last_step : cover property (
      @(posedge clk_i) en_i && step_valid_i && step_ends_i && !step_ready_o && is_kept);
  outliers_hold_the_last_step : cover property (
      @(posedge clk_i) en_i && step_valid_i && step_ends_i && !step_ready_o && outlier_o);
  outliers_wait : cover property (@(posedge clk_i) en_i && outlier_valid_i && is_kept);
  outlier_beside_a_step : cover property (@(posedge clk_i) en_i && issue_o && !step_ends_i && outlier_o);
  stalled_step : cover property (@(posedge clk_i) !en_i && issue_o);
endmodule

bind pass_control pass_control_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .step_valid_i,
    .step_ready_o,
    .step_ends_i,
    .outlier_valid_i,
    .issue_o,
    .outlier_o,
    .is_kept (kept != '0),
    .are_left(outliers_d != '0)
);
