// The way of one side's pairs into the array, in front of two rows (columns) of elements: skew registers, border
// decoder, decoder register.
`include "registers.svh"

module border_line #(
    parameter int unsigned WideExponentBits = 4,
    // Place on the border: cycles behind the first.
    parameter int unsigned Skew = 0
) (
    input  logic            clk_i,
    input  logic            rst_ni,
    input  logic            en_i,
    input  logic            eight_i,
    input  logic            flint_i,
    input  logic            wide_i,
    input  logic            right_i,
    input  logic [15:0]     pairs_i,
    output logic [1:0][4:0] exponents_o,
    output logic [1:0][4:0] integers_o
);
  logic right, unused_valid;
  logic [15:0] pairs;
  delay_line #(
      .Width (17),
      .Cycles(Skew)
  ) u_skew (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(1'b0),
      .value_i({right_i, pairs_i}),
      .valid_o(unused_valid),
      .value_o({right, pairs})
  );

  logic [1:0][4:0] exponents, integers, exponents_q, integers_q;
  border_decoder #(
      .WideExponentBits(WideExponentBits)
  ) u_decoder (
      .eight_i,
      .flint_i,
      .wide_i,
      .right_i    (right),
      .pairs_i    (pairs),
      .exponents_o(exponents),
      .integers_o (integers)
  );
  `DATA_REGISTER(exponents_q, exponents)
  `DATA_REGISTER(integers_q, integers)
  assign exponents_o = exponents_q;
  assign integers_o = integers_q;
endmodule
