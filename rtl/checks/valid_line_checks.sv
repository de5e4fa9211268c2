// A delay that can be told, bound to every valid_line.
module valid_line_checks (
    input logic clk_i,
    input logic rst_ni,
    input logic is_long
);
  within_the_line : assert property (@(posedge clk_i) disable iff (!rst_ni) !is_long);
endmodule

bind valid_line valid_line_checks u_checks (
    .clk_i,
    .rst_ni,
    .is_long(valid_i && 32'(cycles_i) > Cycles)
);
