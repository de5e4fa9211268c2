// When steps of K enter an array, bound to every step_control.
module step_control_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic step_valid_i,
    input logic step_ends_i,
    input logic issue_o,
    input logic are_leaving
);
  // Sums of one segment leave before those of the next one come.
  sums_have_left : assert property (
      @(posedge clk_i) disable iff (!rst_ni) issue_o && step_ends_i |-> !are_leaving);

  last_step_waits : cover property (@(posedge clk_i) en_i && step_valid_i && step_ends_i && are_leaving);
  other_steps_go_on : cover property (@(posedge clk_i) en_i && issue_o && !step_ends_i && are_leaving);
  stalled_step : cover property (@(posedge clk_i) !en_i && issue_o);
endmodule

bind step_control step_control_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .step_valid_i,
    .step_ends_i,
    .issue_o,
    .are_leaving(leaving_q != '0)
);
