// Which digits meet in which brick of a fusion unit. The bits of a brick's number are, from the lowest: the digit of the
// weight, the digit of the activation, the product. Digits of an operand follow one another, the lowest first, those of the
// next product behind them; the highest digit of a signed operand is signed. Combinational. Specification:
// formal/fusion_digits_spec.sv.
module fusion_digits (
    input  logic [15:0][1:0] activation_i,
    input  logic [15:0][1:0] weight_i,
    // log2 of the digits of an operand: 0, 1 or 2.
    input  logic [ 1:0]      log_activation_digits_i,
    input  logic [ 1:0]      log_weight_digits_i,
    input  logic             activation_signed_i,
    input  logic             weight_signed_i,
    // Of each brick.
    output logic [15:0][1:0] activation_o,
    output logic [15:0]      activation_signed_o,
    output logic [15:0][1:0] weight_o,
    output logic [15:0]      weight_signed_o
);
  logic [3:0] last_activation_digit, last_weight_digit;
  logic [2:0] log_bricks;

  assign last_activation_digit = (4'd1 << log_activation_digits_i) - 4'd1;
  assign last_weight_digit = (4'd1 << log_weight_digits_i) - 4'd1;
  assign log_bricks = 3'(log_activation_digits_i) + 3'(log_weight_digits_i);

  for (genvar brick = 0; brick < 16; brick++) begin : gen_bricks
    logic [3:0] activation, weight_digit, product, weight;
    assign activation = 4'(brick) >> log_weight_digits_i;
    assign weight_digit = 4'(brick) & last_weight_digit;
    assign product = 4'(brick) >> log_bricks;
    assign weight = (product << log_weight_digits_i) | weight_digit;

    assign activation_o[brick] = activation_i[activation];
    assign weight_o[brick] = weight_i[weight];
    assign activation_signed_o[brick] = activation_signed_i
        && (activation & last_activation_digit) == last_activation_digit;
    assign weight_signed_o[brick] = weight_signed_i && weight_digit == last_weight_digit;
  end
endmodule
