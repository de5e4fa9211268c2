// What goes sideways between two sections of a chain, bound to every overflow_adjust.
module overflow_adjust_checks (
    input logic is_negative,
    input logic is_zero,
    input logic borrows
);
  always_comb begin
    negative_part : cover (is_negative);
    positive_part : cover (!is_negative && !is_zero);
    nothing : cover (is_zero);
    borrow_of_upper_lane : cover (borrows);
  end
endmodule

bind overflow_adjust overflow_adjust_checks u_checks (
    .is_negative(msp_o < 0),
    .is_zero    (msp_o == '0),
    .borrows    (upper != p_i[47:18])
);
