// Makes an operand of the float array of an integer weight: f16(f32((code - zero) * scale)) as a port. Latency 3: subtract, scale,
// round.
`include "registers.svh"

module dequantise_lane #(
    parameter  int unsigned SignificandBits = 11,
    localparam int unsigned PortBits = 12 + SignificandBits
) (
    input  logic                       clk_i,
    input  logic                       en_i,
    input  logic signed [         8:0] code_i,
    input  logic signed [        15:0] zero_i,
    input  logic        [        31:0] scale_i,
    output logic        [PortBits-1:0] port_o
);
  logic signed [16:0] difference_q;
  logic [31:0] scale_q, number, scaled_d, scaled_q;
  logic [15:0] half_d, half_q;

  `DATA_REGISTER(difference_q, 17'(code_i) - 17'(zero_i))
  `DATA_REGISTER(scale_q, scale_i)

  integer_to_float u_convert (
      .integer_i(32'(difference_q)),
      .number_o (number)
  );
  float_multiply u_scale (
      .a_i      (number),
      .b_i      (scale_q),
      .product_o(scaled_d)
  );
  `DATA_REGISTER(scaled_q, scaled_d)

  half_narrow u_round (
      .single_i(scaled_q),
      .half_o  (half_d)
  );
  `DATA_REGISTER(half_q, half_d)

  float_code_port #(
      .SignificandBits(SignificandBits)
  ) u_port (
      .code_i(half_q),
      .port_o(port_o)
  );
endmodule
