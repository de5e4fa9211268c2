// The sum of the activations that meet weights, which zero points are multiplied with. Latency 1 + ceil(log2 Rows).
`include "registers.svh"

module activation_sum #(
    parameter int unsigned Rows = 8,
    localparam int unsigned SumBits = 9 + $clog2(Rows)
) (
    input  logic                            clk_i,
    input  logic                            en_i,
    input  logic        [   Rows-1:0][ 8:0] activations_i,
    // Lanes that hold a weight.
    input  logic        [   Rows-1:0]       filled_i,
    output logic signed [SumBits-1:0]       sum_o
);
  logic [Rows-1:0][8:0] operands_q;

  for (genvar row = 0; row < Rows; row++) begin : gen_rows
    `DATA_REGISTER(operands_q[row], filled_i[row] ? activations_i[row] : '0)
  end

  adder_tree #(
      .Inputs   (Rows),
      .InputBits(9),
      .SumBits  (SumBits)
  ) u_tree (
      .clk_i,
      .en_i,
      .addends_i(operands_q),
      .sum_o
  );
endmodule
