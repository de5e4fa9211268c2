// A lane of requantisation, bound to every dyadic_requantise.
module dyadic_requantise_checks (
    input logic               clk_i,
    input logic               en_i,
    input logic               saturates,
    input logic signed [31:0] low,
    input logic signed [31:0] high,
    input logic signed [31:0] clamped,
    input logic               is_low,
    input logic               is_high
);
  within_the_ends : assert property (@(posedge clk_i) low <= high |-> clamped >= low && clamped <= high);

  sum_saturates : cover property (@(posedge clk_i) en_i && saturates);
  clamps_low : cover property (@(posedge clk_i) en_i && is_low);
  clamps_high : cover property (@(posedge clk_i) en_i && is_high);
  keeps : cover property (@(posedge clk_i) en_i && !is_low && !is_high);
endmodule

bind dyadic_requantise dyadic_requantise_checks u_checks (
    .clk_i,
    .en_i,
    .saturates(wide[32] != wide[31]),
    .low      (ends_2_q.low),
    .high     (ends_2_q.high),
    .clamped,
    .is_low   (moved < 65'(ends_2_q.low)),
    .is_high  (moved > 65'(ends_2_q.high))
);
