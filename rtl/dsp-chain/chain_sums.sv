// Running sums of one part of a chain: int32 of both rows of its pair since the segment began. Latency 1.
`include "registers.svh"

module chain_sums (
    input  logic        clk_i,
    input  logic        en_i,
    input  logic        valid_i,
    input  logic        begins_i,
    input  logic [31:0] upper_i,
    input  logic [31:0] lower_i,
    output logic [31:0] upper_o,
    output logic [31:0] lower_o
);
  logic [31:0] upper_q, lower_q;

  `LOAD_REGISTER(upper_q, (begins_i ? '0 : upper_q) + upper_i, valid_i)
  `LOAD_REGISTER(lower_q, (begins_i ? '0 : lower_q) + lower_i, valid_i)

  assign upper_o = upper_q;
  assign lower_o = lower_q;
endmodule
