// Cases of rounding to a float, bound to every float_round.
module float_round_checks (
    input logic is_zero,
    input logic is_subnormal,
    input logic is_tie,
    input logic rounds_up,
    input logic overflows,
    input logic carries
);
  always_comb begin
    zero : cover (is_zero);
    subnormal_result : cover (is_subnormal && !is_zero);
    tie_to_even : cover (is_tie && !rounds_up && !is_zero);
    tie_away : cover (is_tie && rounds_up);
    infinite : cover (overflows && !is_zero);
    carry_into_exponent : cover (carries && !is_zero);
  end
endmodule

bind float_round float_round_checks u_checks (
    .is_zero     (significand_i == '0),
    .is_subnormal(below > 0),
    .is_tie      (guard && !sticky),
    .rounds_up   (up),
    .overflows   (32'(exponent) >= Greatest),
    .carries     (rounded[FractionBits] != truncated[FractionBits])
);
