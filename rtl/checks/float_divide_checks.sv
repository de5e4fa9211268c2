// Cases of a float quotient, bound to every float_divide.
module float_divide_checks (
    input logic is_undefined,
    input logic divides_by_zero,
    input logic is_exact,
    input logic is_subnormal
);
  always_comb begin
    undefined : cover (is_undefined);
    by_zero : cover (divides_by_zero);
    exact : cover (is_exact);
    subnormal : cover (is_subnormal);
  end
endmodule

bind float_divide float_divide_checks u_checks (
    .is_undefined   ((dividend_is_zero && divisor_is_zero) || (dividend_is_infinite && divisor_is_infinite)),
    .divides_by_zero(divisor_is_zero && !dividend_is_zero),
    .is_exact       (remainder == '0 && !dividend_is_zero),
    .is_subnormal   (rounded[Width-2:FractionBits] == '0 && !dividend_is_zero)
);
