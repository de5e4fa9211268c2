// Whether there is something, some cycles later, how many is told: the control that goes beside a skew_line.
`include "registers.svh"

module valid_line #(
    // Greatest delay.
    parameter int unsigned Cycles = 4,
    localparam int unsigned CycleBits = $clog2(Cycles + 1)
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 en_i,
    input  logic [CycleBits-1:0] cycles_i,
    input  logic                 valid_i,
    output logic                 valid_o
);
  logic taps[Cycles+1];

  assign taps[0] = valid_i;
  for (genvar i = 0; i < Cycles; i++) begin : gen_stages
    `CONTROL_REGISTER(taps[i+1], taps[i], 1'b0)
  end
  assign valid_o = taps[cycles_i];
endmodule
