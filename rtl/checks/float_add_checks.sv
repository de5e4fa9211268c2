// Cases of a float sum, bound to every float_add.
module float_add_checks (
    input logic is_nan,
    input logic is_infinite,
    input logic cancels,
    input logic is_swallowed,
    input logic are_negative_zeros
);
  always_comb begin
    nan : cover (is_nan);
    infinity : cover (is_infinite && !is_nan);
    exact_cancellation : cover (cancels);
    lesser_is_below_all_bits : cover (is_swallowed);
    negative_zeros : cover (are_negative_zeros);
  end
endmodule

bind float_add float_add_checks u_checks (
    .is_nan,
    .is_infinite       (is_special),
    .cancels           (differ && total == '0 && a_i[Width-2:0] != '0),
    .is_swallowed      (distance >= ExponentBits'(Extended) && lesser_significand != '0),
    .are_negative_zeros(a_i == {1'b1, {(Width - 1) {1'b0}}} && b_i == a_i)
);
