// Sums of neighbouring columns of elements joined to those of their weights, the higher digits shifted; the sums of
// activations beside them are those of the first neighbour. Latency log_elements_i, a register per level.
`include "registers.svh"

module element_join #(
    parameter int unsigned Columns = 8,
    parameter int unsigned BitsPerElement = 4,
    parameter int unsigned TreeBits = 16,
    // Columns with sums of activations of their own: all, or 1 for all.
    parameter int unsigned ActivationSums = 1,
    parameter int unsigned ActivationSumBits = 12,
    localparam int unsigned Levels = $clog2(8 / BitsPerElement),
    localparam int unsigned LevelBits = Levels > 0 ? $clog2(Levels + 1) : 1
) (
    input  logic                                               clk_i,
    input  logic                                               en_i,
    input  logic [       Columns-1:0][           TreeBits-1:0] sums_i,
    input  logic [ActivationSums-1:0][ActivationSumBits-1:0]   activation_sums_i,
    // Of what leaves.
    input  logic [     LevelBits-1:0]                          log_elements_i,
    output logic [       Columns-1:0][                   31:0] sums_o,
    output logic [ActivationSums-1:0][                   31:0] activation_sums_o
);
  // Level l has Columns / 2^l sums.
  localparam int unsigned SumBits = TreeBits + 8 - BitsPerElement;

  logic signed [SumBits-1:0] sums[Levels+1][Columns];
  logic signed [ActivationSumBits-1:0] activation_sums[Levels+1][ActivationSums];

  for (genvar i = 0; i < Columns; i++) begin : gen_inputs
    assign sums[0][i] = SumBits'($signed(sums_i[i]));
  end
  for (genvar i = 0; i < ActivationSums; i++) begin : gen_activation_inputs
    assign activation_sums[0][i] = activation_sums_i[i];
  end

  for (genvar l = 0; l < Levels; l++) begin : gen_levels
    for (genvar i = 0; i < Columns; i++) begin : gen_columns
      if (i < Columns >> (l + 1)) begin : gen_pair
        `DATA_REGISTER(sums[l+1][i], sums[l][2*i] + (sums[l][2*i+1] << (BitsPerElement << l)))
      end else begin : gen_none
        assign sums[l+1][i] = '0;
      end
    end
    for (genvar i = 0; i < ActivationSums; i++) begin : gen_activations
      if (ActivationSums == 1) begin : gen_shared
        `DATA_REGISTER(activation_sums[l+1][i], activation_sums[l][i])
      end else if (i < Columns >> (l + 1)) begin : gen_first
        `DATA_REGISTER(activation_sums[l+1][i], activation_sums[l][2*i])
      end else begin : gen_none
        assign activation_sums[l+1][i] = '0;
      end
    end
  end

  always_comb begin
    for (int unsigned i = 0; i < Columns; i++) sums_o[i] = 32'(sums[log_elements_i][i]);
    for (int unsigned i = 0; i < ActivationSums; i++) begin
      activation_sums_o[i] = 32'(activation_sums[log_elements_i][i]);
    end
  end
endmodule
