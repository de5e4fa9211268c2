// One column of fusion units and its adder tree. Latency 5 + ceil(log2 Rows).
module fusion_column #(
    parameter int unsigned Rows = 8,
    localparam int unsigned SumBits = 18 + $clog2(Rows)
) (
    input  logic                           clk_i,
    input  logic                           en_i,
    input  logic        [Rows-1:0][31:0]   activations_i,
    input  logic        [Rows-1:0][31:0]   weights_i,
    input  logic        [ 1:0]             log_activation_digits_i,
    input  logic        [ 1:0]             log_weight_digits_i,
    input  logic                           activation_signed_i,
    input  logic                           weight_signed_i,
    output logic signed [SumBits-1:0]      sum_o
);
  logic [Rows-1:0][17:0] sums;

  for (genvar row = 0; row < Rows; row++) begin : gen_rows
    fusion_unit u_unit (
        .clk_i,
        .en_i,
        .activation_i(activations_i[row]),
        .weight_i    (weights_i[row]),
        .log_activation_digits_i,
        .log_weight_digits_i,
        .activation_signed_i,
        .weight_signed_i,
        .sum_o       (sums[row])
    );
  end

  adder_tree #(
      .Inputs   (Rows),
      .InputBits(18),
      .SumBits  (SumBits)
  ) u_tree (
      .clk_i,
      .en_i,
      .addends_i(sums),
      .sum_o
  );
endmodule
