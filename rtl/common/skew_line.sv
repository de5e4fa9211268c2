// A value some cycles later, how many is told; as it is for 0 cycles.
`include "registers.svh"

module skew_line #(
    parameter int unsigned Width = 27,
    // Greatest delay.
    parameter int unsigned Cycles = 4,
    localparam int unsigned CycleBits = $clog2(Cycles + 1)
) (
    input  logic                 clk_i,
    input  logic                 en_i,
    input  logic [CycleBits-1:0] cycles_i,
    input  logic [    Width-1:0] value_i,
    output logic [    Width-1:0] value_o
);
  logic [Width-1:0] taps[Cycles+1];

  assign taps[0] = value_i;
  for (genvar i = 0; i < Cycles; i++) begin : gen_stages
    `DATA_REGISTER(taps[i+1], taps[i])
  end
  assign value_o = taps[cycles_i];
endmodule
