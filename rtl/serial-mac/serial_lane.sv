// A multiplier and the sum of its products. Two registers: product, sum.
`include "registers.svh"

module serial_lane (
    input  logic               clk_i,
    input  logic               en_i,
    input  logic signed [ 8:0] activation_i,
    input  logic signed [ 8:0] weight_i,
    // Of the product in its register: whether there is one, and whether it is the first of a sum.
    input  logic               valid_i,
    input  logic               begins_i,
    output logic signed [31:0] sum_o
);
  logic signed [17:0] product_q;
  logic signed [31:0] sum_q;

  `DATA_REGISTER(product_q, activation_i * weight_i)
  `LOAD_REGISTER(sum_q, (begins_i ? '0 : sum_q) + 32'(product_q), valid_i)
  assign sum_o = sum_q;
endmodule
