// An element whose copies are binary16 numbers: a sum passes from bit to bit of the digit, each of which adds the activation with
// its exponent raised by the place of the bit, rounded. A register behind every adder: latency BitsPerElement.
`include "registers.svh"

module half_terms #(
    parameter int unsigned BitsPerElement = 4,
    parameter int unsigned SignificandBits = 11,
    parameter int unsigned ExponentBits = 9
) (
    input  logic                                  clk_i,
    input  logic                                  en_i,
    input  logic        [ SignificandBits-1:0]    significand_i,
    input  logic signed [    ExponentBits-1:0]    exponent_i,
    input  logic        [  BitsPerElement-1:0]    digit_i,
    // Place of the lowest bit of the digit.
    input  logic        [                 2:0]    place_i,
    // Of the neighbour with the lower digits, in front of the first adder.
    input  logic        [                15:0]    sum_i,
    output logic        [                15:0]    sum_o
);
  // What float_round takes: more than the fraction and two bits.
  localparam int unsigned RoundedBits = SignificandBits > 13 ? SignificandBits : 13;

  logic [SignificandBits-1:0] significands_q[BitsPerElement+1];
  logic signed [7:0] exponents_q[BitsPerElement+1];
  logic [BitsPerElement-1:0] digits_q[BitsPerElement+1];
  logic [15:0] sums_q[BitsPerElement+1];

  assign significands_q[0] = significand_i;
  // Of the highest bit of the significand; formats whose products are rounded have small exponents.
  assign exponents_q[0] = 8'(exponent_i) + 8'(SignificandBits - 1 + 15) + 8'(place_i);
  assign digits_q[0] = digit_i;
  assign sums_q[0] = sum_i;

  for (genvar i = 0; i < BitsPerElement; i++) begin : gen_bits
    logic [15:0] copy, sum;
    float_round #(
        .ExponentBits   (5),
        .FractionBits   (10),
        .SignificandBits(RoundedBits)
    ) u_copy (
        .sign_i       (1'b0),
        .exponent_i   (exponents_q[i]),
        .significand_i({significands_q[i], {(RoundedBits - SignificandBits) {1'b0}}}),
        .number_o     (copy)
    );
    float_add #(
        .ExponentBits(5),
        .FractionBits(10)
    ) u_add (
        .a_i  (sums_q[i]),
        .b_i  (digits_q[i][0] ? copy : 16'd0),
        .sum_o(sum)
    );
    `DATA_REGISTER(significands_q[i+1], significands_q[i])
    `DATA_REGISTER(exponents_q[i+1], exponents_q[i] + 8'sd1)
    `DATA_REGISTER(digits_q[i+1], digits_q[i] >> 1)
    `DATA_REGISTER(sums_q[i+1], sum)
  end

  assign sum_o = sums_q[BitsPerElement];
  logic unused_ends;
  assign unused_ends = ^{significands_q[BitsPerElement], exponents_q[BitsPerElement], digits_q[BitsPerElement],
                         exponent_i[ExponentBits-1:7]};
endmodule
