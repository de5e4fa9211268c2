// Two weight buffers, bound to every weight_buffer.
module weight_buffer_checks #(
    parameter int unsigned Rows = 8
) (
    input logic            clk_i,
    input logic            rst_ni,
    input logic            en_i,
    input logic            load_i,
    input logic            swap_i,
    input logic [Rows-1:0] hits,
    input logic [Rows-1:0] loaded
);
  // A row that waits in the shadow buffer is not lost to another.
  no_row_is_lost : assert property (
      @(posedge clk_i) disable iff (!rst_ni) (hits & loaded) != '0 |-> swap_i);
  one_row_at_a_time : assert property (@(posedge clk_i) disable iff (!rst_ni) load_i |-> $onehot(hits));

  short_tile : cover property (@(posedge clk_i) en_i && swap_i && loaded != '1);
  whole_tile : cover property (@(posedge clk_i) en_i && swap_i && loaded == '1);
endmodule

bind weight_buffer weight_buffer_checks #(
    .Rows(Rows)
) u_checks (
    .clk_i,
    .rst_ni,
    .en_i,
    .load_i,
    .swap_i,
    .hits  (Rows'(load_i) << load_row_i),
    .loaded(loaded_q)
);
