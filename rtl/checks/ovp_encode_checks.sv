// Pairs of two numbers, bound to every ovp_encode.
module ovp_encode_checks #(
    parameter int unsigned Width = 4
) (
    input logic [      1:0] is_outlier,
    input logic             is_tie,
    input logic [Width-1:0] left_o,
    input logic [Width-1:0] right_o
);
  localparam logic [Width-1:0] Identifier = {1'b1, {(Width - 1) {1'b0}}};
  always_comb begin
    // A slot is a victim because the other one is an outlier.
    one_victim : assert final (!(left_o == Identifier && right_o == Identifier));

    two_normal : cover (is_outlier == '0);
    left_outlier : cover (is_outlier == 2'b01);
    right_outlier : cover (is_outlier == 2'b10);
    two_outliers : cover (is_outlier == '1 && !is_tie);
    two_equal_outliers : cover (is_outlier == '1 && is_tie);
  end
endmodule

bind ovp_encode ovp_encode_checks #(
    .Width(Width)
) u_checks (
    .is_outlier,
    .is_tie(left_i[30:0] == right_i[30:0]),
    .left_o,
    .right_o
);
