// A fusion unit: 16 bricks and a tree that shifts and adds, which make one product of 8 by 8 bits or up to 16 of 2 by 2, all of
// one sum. Latency 5: brick product register, four levels of the tree. How operands are divided may change only while
// the unit is empty.
`include "registers.svh"

module fusion_unit (
    input  logic                    clk_i,
    input  logic                    en_i,
    // Digits, as fusion_digits takes them.
    input  logic        [15:0][1:0] activation_i,
    input  logic        [15:0][1:0] weight_i,
    input  logic        [ 1:0]      log_activation_digits_i,
    input  logic        [ 1:0]      log_weight_digits_i,
    input  logic                    activation_signed_i,
    input  logic                    weight_signed_i,
    output logic signed [17:0]      sum_o
);
  // The greatest numbers behind a level are 3 x 3, 3 x 15, 3 x 255 and 15 x 255.
  localparam int unsigned Bits0 = 6;
  localparam int unsigned Bits1 = 7;
  localparam int unsigned Bits2 = 11;
  localparam int unsigned Bits3 = 13;

  logic [15:0][1:0] activations, weights;
  logic [15:0] activations_signed, weights_signed;
  logic [15:0][Bits0-1:0] products_q;

  fusion_digits u_digits (
      .activation_i,
      .weight_i,
      .log_activation_digits_i,
      .log_weight_digits_i,
      .activation_signed_i,
      .weight_signed_i,
      .activation_o       (activations),
      .activation_signed_o(activations_signed),
      .weight_o           (weights),
      .weight_signed_o    (weights_signed)
  );

  for (genvar brick = 0; brick < 16; brick++) begin : gen_bricks
    logic signed [Bits0-1:0] product;
    fusion_brick u_brick (
        .a_i       (activations[brick]),
        .a_signed_i(activations_signed[brick]),
        .b_i       (weights[brick]),
        .b_signed_i(weights_signed[brick]),
        .product_o (product)
    );
    `DATA_REGISTER(products_q[brick], product)
  end

  // Digits between neighbours of a level: those of weights are joined first, then those of activations; products of their own
  // are not shifted.
  logic [3:0][1:0] digits;
  always_comb begin
    for (int unsigned level = 0; level < 4; level++) begin
      digits[level] = 2'd0;
      if (level < 32'(log_weight_digits_i)) digits[level] = 2'(1 << level);
      else if (level < 32'(log_weight_digits_i) + 32'(log_activation_digits_i)) begin
        digits[level] = 2'(1 << (level - 32'(log_weight_digits_i)));
      end
    end
  end

  logic [7:0][Bits1-1:0] sums1;
  logic [3:0][Bits2-1:0] sums2;
  logic [1:0][Bits3-1:0] sums3;
  logic [0:0][17:0] sums4;

  fusion_join #(
      .Inputs   (16),
      .InputBits(Bits0),
      .SumBits  (Bits1)
  ) u_level0 (
      .clk_i,
      .en_i,
      .addends_i(products_q),
      .digits_i (digits[0]),
      .sums_o   (sums1)
  );
  fusion_join #(
      .Inputs   (8),
      .InputBits(Bits1),
      .SumBits  (Bits2)
  ) u_level1 (
      .clk_i,
      .en_i,
      .addends_i(sums1),
      .digits_i (digits[1]),
      .sums_o   (sums2)
  );
  fusion_join #(
      .Inputs   (4),
      .InputBits(Bits2),
      .SumBits  (Bits3)
  ) u_level2 (
      .clk_i,
      .en_i,
      .addends_i(sums2),
      .digits_i (digits[2]),
      .sums_o   (sums3)
  );
  fusion_join #(
      .Inputs   (2),
      .InputBits(Bits3),
      .SumBits  (18)
  ) u_level3 (
      .clk_i,
      .en_i,
      .addends_i(sums3),
      .digits_i (digits[3]),
      .sums_o   (sums4)
  );
  assign sum_o = sums4[0];
endmodule
