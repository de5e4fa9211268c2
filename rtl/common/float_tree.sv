// Sum of `Inputs` (a power of two) binary32 numbers in a tree of pairwise adders with a register behind every level.
// Latency log2 Inputs.
`include "registers.svh"

module float_tree #(
    parameter int unsigned Inputs = 16
) (
    input  logic                    clk_i,
    input  logic                    en_i,
    input  logic [Inputs-1:0][31:0] addends_i,
    output logic [      31:0]       sum_o
);
  localparam int unsigned Levels = $clog2(Inputs);

  for (genvar l = 0; l <= Levels; l++) begin : gen_levels
    logic [(Inputs>>l)-1:0][31:0] numbers;
    if (l == 0) begin : gen_leaves
      assign numbers = addends_i;
    end else begin : gen_adders
      for (genvar i = 0; i < Inputs >> l; i++) begin : gen_pairs
        logic [31:0] sum;
        float_add u_add (
            .a_i  (gen_levels[l-1].numbers[2*i]),
            .b_i  (gen_levels[l-1].numbers[2*i+1]),
            .sum_o(sum)
        );
        `DATA_REGISTER(numbers[i], sum)
      end
    end
  end

  assign sum_o = gen_levels[Levels].numbers[0];
endmodule
