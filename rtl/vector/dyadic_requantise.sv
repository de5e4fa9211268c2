// One lane of dyadic requantisation: clamp(round((accumulator + bias) * multiplier / 2^shift) + zero). The sum of accumulator
// and bias saturates; the multiplier is at most 2^31. Latency 3: product, rounded quotient, result.
`include "registers.svh"

module dyadic_requantise
  import rounding_pkg::*;
(
    input  logic               clk_i,
    input  logic               en_i,
    input  logic signed [31:0] accumulator_i,
    input  logic signed [31:0] bias_i,
    input  logic        [31:0] multiplier_i,
    input  logic signed [ 7:0] shift_i,
    input  rounding_e          rounding_i,
    input  logic signed [31:0] zero_i,
    input  logic signed [31:0] low_i,
    input  logic signed [31:0] high_i,
    output logic signed [31:0] result_o
);
  typedef struct packed {
    logic signed [31:0] zero;
    logic signed [31:0] low;
    logic signed [31:0] high;
  } ends_t;

  logic signed [32:0] wide;
  logic signed [31:0] sum, result_q, clamped;
  logic signed [63:0] product_q, rounded, rounded_q;
  logic signed [64:0] moved;
  logic signed [7:0] shift_q;
  rounding_e rounding_q;
  ends_t ends_1_q, ends_2_q;

  assign wide = 33'(accumulator_i) + 33'(bias_i);
  assign sum = wide[32] == wide[31] ? wide[31:0] : {wide[32], {31{!wide[32]}}};
  `DATA_REGISTER(product_q, 64'(sum) * $signed(64'(multiplier_i)))
  `DATA_REGISTER(shift_q, shift_i)
  `DATA_REGISTER(rounding_q, rounding_i)
  `DATA_REGISTER(ends_1_q, ends_t'({zero_i, low_i, high_i}))

  dyadic_round u_round (
      .value_i   (product_q),
      .shift_i   (shift_q),
      .rounding_i(rounding_q),
      .rounded_o (rounded)
  );
  `DATA_REGISTER(rounded_q, rounded)
  `DATA_REGISTER(ends_2_q, ends_1_q)

  assign moved = 65'(rounded_q) + 65'(ends_2_q.zero);
  always_comb begin
    if (moved < 65'(ends_2_q.low)) clamped = ends_2_q.low;
    else if (moved > 65'(ends_2_q.high)) clamped = ends_2_q.high;
    else clamped = moved[31:0];
  end
  `DATA_REGISTER(result_q, clamped)
  assign result_o = result_q;
endmodule
