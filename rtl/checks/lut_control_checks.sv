// When lookups are taken, bound to every lut_control.
module lut_control_checks (
    input logic       clk_i,
    input logic       rst_ni,
    input logic       en_i,
    input logic       weight_valid_i,
    input logic       issue_o,
    input logic       load_o,
    input logic       restart_o,
    input logic       move_o,
    input logic       is_blocked,
    input logic [2:0] plane,
    input logic [2:0] planes
);
  // The registers behind the array take one segment's sums at a time.
  sums_have_left : assert property (@(posedge clk_i) disable iff (!rst_ni) issue_o && move_o |-> !is_blocked);
  planes_in_range : assert property (@(posedge clk_i) disable iff (!rst_ni) issue_o |-> plane <= planes);
  table_with_first_plane : assert property (@(posedge clk_i) disable iff (!rst_ni) load_o |-> plane == '0);

  last_lookup_waits : cover property (@(posedge clk_i) en_i && weight_valid_i && move_o && is_blocked);
  one_lookup_segment : cover property (@(posedge clk_i) en_i && issue_o && restart_o && move_o);
  eight_planes : cover property (@(posedge clk_i) en_i && issue_o && plane == 3'd7);
  one_plane : cover property (@(posedge clk_i) en_i && load_o && planes == '0);
  stalled_lookup : cover property (@(posedge clk_i) !en_i && issue_o);
endmodule

bind lut_control lut_control_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .weight_valid_i,
    .issue_o,
    .load_o,
    .restart_o,
    .move_o,
    .is_blocked(!can_move),
    .plane     (plane_q),
    .planes    (current.planes)
);
