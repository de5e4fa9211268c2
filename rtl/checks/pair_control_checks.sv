// When pairs of slots enter, bound to every pair_control.
module pair_control_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic pair_valid_i,
    input logic pair_ends_i,
    input logic issue_o,
    input logic right_o,
    input logic are_leaving
);
  left_and_right_take_turns : assert property (@(posedge clk_i) disable iff (!rst_ni) right_o |-> !issue_o);
  right_follows_left : assert property (
      @(posedge clk_i) disable iff (!rst_ni) en_i && issue_o |=> right_o);

  last_pair_waits : cover property (@(posedge clk_i) en_i && pair_valid_i && pair_ends_i && are_leaving && !right_o);
  pair_without_wait : cover property (@(posedge clk_i) en_i && issue_o && !pair_ends_i);
  stalled_pair : cover property (@(posedge clk_i) !en_i && issue_o);
endmodule

bind pair_control pair_control_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .pair_valid_i,
    .pair_ends_i,
    .issue_o,
    .right_o,
    .are_leaving(leaving_q != '0)
);
