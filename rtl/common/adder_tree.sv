// Sum of `Inputs` two's complement numbers in a tree of pairwise adders with a register behind every level, modulo
// 2^SumBits. Latency ceil(log2 Inputs).
`include "registers.svh"

module adder_tree #(
    parameter int unsigned Inputs = 8,
    parameter int unsigned InputBits = 18,
    parameter int unsigned SumBits = 32
) (
    input  logic                                  clk_i,
    input  logic                                  en_i,
    input  logic        [Inputs-1:0][InputBits-1:0] addends_i,
    output logic signed [SumBits-1:0]             sum_o
);
  localparam int unsigned Levels = $clog2(Inputs);

  // Level l has ceil(Inputs / 2^l) numbers.
  logic signed [SumBits-1:0] level[Levels+1][Inputs];

  for (genvar i = 0; i < Inputs; i++) begin : gen_leaves
    assign level[0][i] = SumBits'($signed(addends_i[i]));
  end

  for (genvar l = 0; l < Levels; l++) begin : gen_levels
    localparam int unsigned Above = (Inputs + (1 << l) - 1) >> l;
    for (genvar i = 0; i < Inputs; i++) begin : gen_adders
      if (2 * i + 1 < Above) begin : gen_pair
        `DATA_REGISTER(level[l+1][i], level[l][2*i] + level[l][2*i+1])
      end else if (2 * i < Above) begin : gen_single
        `DATA_REGISTER(level[l+1][i], level[l][2*i])
      end else begin : gen_none
        assign level[l+1][i] = '0;
      end
    end
  end

  assign sum_o = level[Levels][0];
endmodule
