// Hand-over of weights in a weight-stationary array, bound to every stationary_control.
module stationary_control_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic weight_valid_i,
    input logic weight_ready_o,
    input logic row_valid_i,
    input logic row_ready_o,
    input logic load_o,
    input logic issue_o,
    input logic swap_o,
    input logic is_shadow_full,
    input logic is_held,
    input logic is_waiting
);
  // A tile begins with a row, and with all of its weights.
  swap_is_a_row : assert property (@(posedge clk_i) disable iff (!rst_ni) swap_o |-> issue_o && is_shadow_full);
  held_row_is_alone : assert property (@(posedge clk_i) disable iff (!rst_ni) is_held |-> !issue_o);
  // Weights go to a full shadow buffer in the cycle that empties it only.
  no_overwrite : assert property (
      @(posedge clk_i) disable iff (!rst_ni) load_o && is_shadow_full |-> swap_o);

  weights_of_next_tile_at_swap : cover property (@(posedge clk_i) en_i && swap_o && load_o);
  weights_wait : cover property (@(posedge clk_i) en_i && weight_valid_i && !weight_ready_o);
  row_waits_for_weights : cover property (
      @(posedge clk_i) en_i && row_valid_i && !is_shadow_full && !row_ready_o && !is_held);
  row_is_held : cover property (@(posedge clk_i) en_i && row_valid_i && is_held);
  small_tile_waits : cover property (@(posedge clk_i) en_i && row_valid_i && is_waiting && !is_held);
  stalled_row : cover property (@(posedge clk_i) !en_i && issue_o);
endmodule

bind stationary_control stationary_control_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .weight_valid_i,
    .weight_ready_o,
    .row_valid_i,
    .row_ready_o,
    .load_o,
    .issue_o,
    .swap_o,
    .is_shadow_full(shadow_full_q),
    .is_held       (hold_q != '0),
    .is_waiting    (wait_q != '0)
);
