// One lane of the f32 epilogue: term = f32(f32(sum) * f32(column scale * row scale)), halved afterwards where sums count
// halves. Latency 2: convert register, scale register.
`include "registers.svh"

module group_scale (
    input  logic               clk_i,
    input  logic               en_i,
    input  logic signed [31:0] sum_i,
    input  logic        [31:0] column_scale_i,
    input  logic        [31:0] row_scale_i,
    input  logic               halve_i,
    output logic        [31:0] term_o
);
  logic [31:0] converted_d, converted_q, scale_d, scale_q, whole, half, term_q;
  logic halve_q;

  integer_to_float u_convert (
      .integer_i(sum_i),
      .number_o (converted_d)
  );

  float_multiply u_scale (
      .a_i      (column_scale_i),
      .b_i      (row_scale_i),
      .product_o(scale_d)
  );

  `DATA_REGISTER(converted_q, converted_d)
  `DATA_REGISTER(scale_q, scale_d)
  `DATA_REGISTER(halve_q, halve_i)

  float_multiply u_term (
      .a_i      (converted_q),
      .b_i      (scale_q),
      .product_o(whole)
  );

  float_multiply u_half (
      .a_i      (whole),
      .b_i      (32'h3F00_0000),
      .product_o(half)
  );

  `DATA_REGISTER(term_q, halve_q ? half : whole)
  assign term_o = term_q;
endmodule
