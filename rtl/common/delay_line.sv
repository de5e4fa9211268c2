// A value some cycles later; as it is for 0 cycles. Only `valid` is reset.
`include "registers.svh"

module delay_line #(
    parameter int unsigned Width = 8,
    parameter int unsigned Cycles = 4
) (
    input  logic             clk_i,
    input  logic             rst_ni,
    input  logic             en_i,
    input  logic             valid_i,
    input  logic [Width-1:0] value_i,
    output logic             valid_o,
    output logic [Width-1:0] value_o
);
  logic valid_q[Cycles+1];
  logic [Width-1:0] value_q[Cycles+1];

  assign valid_q[0] = valid_i;
  assign value_q[0] = value_i;

  for (genvar i = 0; i < Cycles; i++) begin : gen_stages
    `CONTROL_REGISTER(valid_q[i+1], valid_q[i], 1'b0)
    `DATA_REGISTER(value_q[i+1], value_q[i])
  end

  if (Cycles == 0) begin : gen_wire
    logic unused_clock;
    assign unused_clock = ^{clk_i, rst_ni, en_i};
  end

  assign valid_o = valid_q[Cycles];
  assign value_o = value_q[Cycles];
endmodule
