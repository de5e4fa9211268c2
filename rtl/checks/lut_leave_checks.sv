// Sums of a segment on their way out of a LUT tensor core, bound to every lut_leave.
module lut_leave_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic move_i,
    input logic leaves_o,
    input logic is_scaled,
    input logic is_leaving,
    input logic is_last
);
  none_are_lost : assert property (@(posedge clk_i) disable iff (!rst_ni) move_i && is_leaving |-> is_last);

  without_pause : cover property (@(posedge clk_i) en_i && move_i && is_leaving);
  turn_without_sums : cover property (@(posedge clk_i) en_i && is_leaving && !leaves_o);
  scaled_sums : cover property (@(posedge clk_i) en_i && leaves_o && is_scaled);
  whole_sums : cover property (@(posedge clk_i) en_i && leaves_o && !is_scaled);
endmodule

bind lut_leave lut_leave_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .move_i,
    .leaves_o,
    .is_scaled (scaled_q),
    .is_leaving(leaving_q),
    .is_last
);
