// A multiply-accumulate of two's complement integers of any width: registered product, then registered sum. No engine is made of
// it; it says what the operation costs by itself.
`include "registers.svh"

module multiply_accumulate #(
    parameter int unsigned ActivationBits = 8,
    parameter int unsigned WeightBits = 8,
    parameter int unsigned AccumulatorBits = 32
) (
    input  logic                              clk_i,
    input  logic                              rst_ni,
    input  logic                              en_i,
    // The sum begins with this product.
    input  logic                              restart_i,
    input  logic signed [ ActivationBits-1:0] activation_i,
    input  logic signed [     WeightBits-1:0] weight_i,
    output logic signed [AccumulatorBits-1:0] sum_o
);
  localparam int unsigned ProductBits = ActivationBits + WeightBits;

  logic signed [ProductBits-1:0] product_q;
  logic signed [AccumulatorBits-1:0] sum_d, sum_q;
  logic restart_q;

  `CONTROL_REGISTER(product_q, ProductBits'(activation_i) * ProductBits'(weight_i), '0)
  `CONTROL_REGISTER(restart_q, restart_i, 1'b0)
  assign sum_d = (restart_q ? '0 : sum_q) + AccumulatorBits'(product_q);
  `CONTROL_REGISTER(sum_q, sum_d, '0)

  assign sum_o = sum_q;
endmodule
