// Sums of a row on their way out of a weight-stationary array, bound to every stationary_epilogue.
module stationary_epilogue_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic scale_valid_i,
    input logic accumulates,
    input logic leaves,
    input logic begins,
    input logic is_leaving,
    input logic is_last_chunk
);
  // A row that ends while chunks of another one still leave would overwrite them.
  none_are_lost : assert property (
      @(posedge clk_i) disable iff (!rst_ni) leaves && is_leaving |-> is_last_chunk);
  scales_are_there : assert property (@(posedge clk_i) disable iff (!rst_ni) is_leaving |-> scale_valid_i);

  group_of_one_tile : cover property (@(posedge clk_i) en_i && leaves && begins);
  group_goes_on : cover property (@(posedge clk_i) en_i && accumulates && !leaves && !begins);
  without_pause : cover property (@(posedge clk_i) en_i && leaves && is_leaving);
  several_chunks : cover property (@(posedge clk_i) en_i && is_leaving && !is_last_chunk);
endmodule

bind stationary_epilogue stationary_epilogue_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .scale_valid_i,
    .accumulates,
    .leaves,
    .begins       (begins_i),
    .is_leaving   (leaving_q),
    .is_last_chunk(last_chunk)
);
