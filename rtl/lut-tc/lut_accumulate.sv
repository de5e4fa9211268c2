// The sum of a lane: values are shifted by their plane and added modulo 2^33, the highest bit for sums that are halved. At the
// end of a segment the sum goes to the shadow register instead of the sum register's next step. Latency 1.
`include "registers.svh"

module lut_accumulate #(
    parameter int unsigned ValueBits = 17
) (
    input  logic                        clk_i,
    input  logic                        en_i,
    input  logic                        valid_i,
    input  logic signed [ValueBits-1:0] value_i,
    input  logic        [          2:0] plane_i,
    // The first value of a segment.
    input  logic                        restart_i,
    // The last one.
    input  logic                        move_i,
    output logic signed [         32:0] shadow_o
);
  logic signed [32:0] sum_d, sum_q, shadow_q;

  assign sum_d = (restart_i ? '0 : sum_q) + (33'(value_i) << plane_i);
  `LOAD_REGISTER(sum_q, sum_d, valid_i)
  `LOAD_REGISTER(shadow_q, sum_d, valid_i && move_i)
  assign shadow_o = shadow_q;
endmodule
