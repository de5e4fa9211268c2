// The write port of the accumulators, bound to every accumulator_port.
module accumulator_port_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic adds,
    input logic scales,
    input logic is_fresh,
    input logic forwards
);
  // One write port: whole sums or scaled ones.
  one_kind_of_sum : assert property (@(posedge clk_i) disable iff (!rst_ni) !(adds && scales));

  adds_to_old : cover property (@(posedge clk_i) en_i && adds && !is_fresh);
  adds_to_what_retires : cover property (@(posedge clk_i) en_i && adds && forwards);
  scaled_fresh : cover property (@(posedge clk_i) en_i && scales && is_fresh);
  scaled_to_old : cover property (@(posedge clk_i) en_i && scales && !is_fresh);
  scaled_to_what_retires : cover property (@(posedge clk_i) en_i && scales && !is_fresh && forwards);
endmodule

bind accumulator_port accumulator_port_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .adds,
    .scales  (scaled_valid),
    .is_fresh(adds ? add_fresh_i : scaled_tag.fresh),
    .forwards(retire_valid_q != '0 && retire_address_q == read_address_o)
);
