// The accumulator scratchpad of an array under test: one word of `Lanes` 32-bit sums per address, read without delay,
// written by lane at the end of the cycle. Array writes win over host writes.
`include "registers.svh"

module accumulator_file #(
    parameter int unsigned Words = 64,
    parameter int unsigned Lanes = 8,
    localparam int unsigned AddressBits = Words > 1 ? $clog2(Words) : 1
) (
    input  logic                         clk_i,
    input  logic                         en_i,
    input  logic [AddressBits-1:0]       read_address_i,
    output logic [      Lanes-1:0][31:0] read_o,
    input  logic [      Lanes-1:0]       write_i,
    input  logic [AddressBits-1:0]       write_address_i,
    input  logic [      Lanes-1:0][31:0] write_data_i,
    input  logic                         host_write_i,
    input  logic [AddressBits-1:0]       host_address_i,
    input  logic [      Lanes-1:0][31:0] host_data_i
);
  logic [Lanes-1:0][31:0] words_q[Words];

  assign read_o = words_q[read_address_i];

  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    always_ff @(posedge clk_i) begin
      if (en_i && write_i[lane]) words_q[write_address_i][lane] <= write_data_i[lane];
      else if (host_write_i) words_q[host_address_i][lane] <= host_data_i[lane];
    end
  end
endmodule
