// Shadow registers behind chains, bound to every leaving_sums.
module leaving_sums_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic load_i,
    input logic is_leaving,
    input logic is_last
);
  none_are_lost : assert property (@(posedge clk_i) disable iff (!rst_ni) load_i && is_leaving |-> is_last);

  without_pause : cover property (@(posedge clk_i) en_i && load_i && is_leaving);
  several_chunks : cover property (@(posedge clk_i) en_i && is_leaving && !is_last);
endmodule

bind leaving_sums leaving_sums_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .load_i,
    .is_leaving(leaving_q),
    .is_last
);
