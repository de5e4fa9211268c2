// What an array of chains is asked to do, bound to every dsp_chain_array.
module dsp_chain_array_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic en_i,
    input logic issue,
    input logic is_vector,
    input logic is_quads,
    input logic is_structured,
    input logic is_mixed,
    input logic is_empty,
    input logic is_uneven,
    input logic loads,
    input logic is_narrow
);
  // Every column of N:M weights picks activations of its own, the columns of a quad share one.
  quads_are_dense : assert property (@(posedge clk_i) disable iff (!rst_ni) issue && is_quads |-> !is_structured);
  blocks_have_positions : assert property (
      @(posedge clk_i) disable iff (!rst_ni) issue && is_mixed |-> is_structured);

  one_pair : cover property (@(posedge clk_i) en_i && issue && is_vector && !is_quads);
  one_pair_of_parts : cover property (@(posedge clk_i) en_i && issue && is_vector && is_structured);
  quads : cover property (@(posedge clk_i) en_i && issue && !is_vector && is_quads);
  one_row_of_quads : cover property (@(posedge clk_i) en_i && issue && is_vector && is_quads);
  blocks : cover property (@(posedge clk_i) en_i && issue && is_mixed && !is_vector);
  one_pair_of_blocks : cover property (@(posedge clk_i) en_i && issue && is_mixed && is_vector);
  unequal_blocks : cover property (@(posedge clk_i) en_i && issue && is_mixed && is_uneven);
  empty_segment : cover property (@(posedge clk_i) en_i && issue && is_mixed && is_empty);
  fewer_columns : cover property (@(posedge clk_i) en_i && loads && is_narrow);
endmodule

bind dsp_chain_array dsp_chain_array_checks u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .issue,
    .is_vector    (step_vector_i),
    .is_quads     (instruction.is_quads),
    .is_structured(step_structured_i),
    .is_mixed     (instruction.is_mixed),
    .is_empty     (step_log_kept_i == '0),
    .is_uneven    (step_log_kept_i != '0 && step_log_kept_i[0] != step_log_kept_i[Columns-1]),
    .loads        (load_q),
    .is_narrow    (32'(tag_shadow_q.columns) < PassColumns)
);
