// Groups of tables on their way through a rounding builder, bound to every one.
module lut_rounding_builder_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic arrives,
    input logic is_complete,
    input logic is_reading,
    input logic is_last_read,
    input logic is_zero,
    input logic is_infinite,
    input logic is_nan
);
  // Else slots would be overwritten before they are read, or scales change under a group.
  groups_do_not_overlap :
  assert property (@(posedge clk_i) disable iff (!rst_ni) is_complete && is_reading |-> is_last_read);

  without_pause : cover property (@(posedge clk_i) en_i && is_complete && is_reading);
  pause : cover property (@(posedge clk_i) en_i && !arrives && !is_reading);
  group_of_zeros : cover property (@(posedge clk_i) en_i && is_complete && is_zero);
  infinite_group : cover property (@(posedge clk_i) en_i && is_complete && is_infinite);
  nan_is_passed_over : cover property (@(posedge clk_i) en_i && arrives && is_nan);
endmodule

bind lut_rounding_builder lut_rounding_builder_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .arrives     (arrived_q),
    .is_complete (complete_q),
    .is_reading  (reads_q),
    .is_last_read(read_q == Last),
    .is_zero     (greatest_q == '0),
    .is_infinite (greatest_q == 32'h7F80_0000),
    .is_nan
);
