// What shares the multipliers of a row, bound to every gobo_array.
module gobo_array_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic walks,
    input logic is_last,
    input logic outlier,
    input logic move_q,
    input logic listed_first
);
  one_at_a_time : assert property (@(posedge clk_i) disable iff (!rst_ni) !(walks && outlier));
  // The second set is empty by the time that the next sums come.
  sums_are_taken : assert property (@(posedge clk_i) disable iff (!rst_ni) move_q && walks |-> is_last);

  sums_follow_at_once : cover property (@(posedge clk_i) en_i && move_q && walks);
  centroids_behind_outliers : cover property (@(posedge clk_i) en_i && listed_first);
endmodule

bind gobo_array gobo_array_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .walks,
    .is_last(walk_last && walk_group == walk_tag_q.last_group),
    .outlier,
    .move_q,
    .listed_first(centroid_q && product_q.first && listed != '0)
);
