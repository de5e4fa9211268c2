// The way of one side's codes into the array, in front of two rows (columns) of elements: skew registers, border decoder,
// decoder register.
`include "registers.svh"

module ant_border #(
    // Place on the border: cycles behind the first.
    parameter int unsigned Skew = 0
) (
    input  logic            clk_i,
    input  logic            rst_ni,
    input  logic            en_i,
    // As code_border takes them.
    input  logic [1:0][7:0] codes_i,
    input  logic            flint_i,
    input  logic            signed_i,
    input  logic            wide_i,
    input  logic            centres_i,
    input  logic [2:0]      width_i,
    output logic [1:0][4:0] exponents_o,
    output logic [1:0][4:0] integers_o
);
  logic unused_valid;
  logic [1:0][7:0] codes;
  delay_line #(
      .Width (16),
      .Cycles(Skew)
  ) u_skew (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(1'b0),
      .value_i(codes_i),
      .valid_o(unused_valid),
      .value_o(codes)
  );

  logic [1:0][4:0] exponents, integers, exponents_q, integers_q;
  code_border u_decoder (
      .codes_i    (codes),
      .flint_i,
      .signed_i,
      .wide_i,
      .centres_i,
      .width_i,
      .exponents_o(exponents),
      .integers_o (integers)
  );
  `DATA_REGISTER(exponents_q, exponents)
  `DATA_REGISTER(integers_q, integers)
  assign exponents_o = exponents_q;
  assign integers_o = integers_q;
endmodule
