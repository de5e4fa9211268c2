// One level of a fusion unit's tree: sums of neighbours, the upper one shifted by the places of a digit, of two digits, or not
// at all. Latency 1.
`include "registers.svh"

module fusion_join #(
    // Even.
    parameter int unsigned Inputs = 16,
    parameter int unsigned InputBits = 6,
    parameter int unsigned SumBits = 9,
    localparam int unsigned Sums = Inputs / 2
) (
    input  logic                           clk_i,
    input  logic                           en_i,
    input  logic [Inputs-1:0][InputBits-1:0] addends_i,
    input  logic [       1:0]              digits_i,
    output logic [  Sums-1:0][  SumBits-1:0] sums_o
);
  for (genvar i = 0; i < Sums; i++) begin : gen_sums
    logic signed [SumBits-1:0] lower, upper;
    assign lower = SumBits'($signed(addends_i[2*i]));
    assign upper = SumBits'($signed(addends_i[2*i+1]));
    `DATA_REGISTER(sums_o[i], lower + (digits_i[1] ? upper << 4 : digits_i[0] ? upper << 2 : upper))
  end
endmodule
