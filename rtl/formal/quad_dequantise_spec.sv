// Definition of dsp-chain/quad_dequantise: code - zero, or the odd level 2 code - (2^bits - 1), modulo 2^4.
module quad_dequantise_spec (
    input  logic [3:0][3:0] codes_i,
    input  logic [3:0]      bits_i,
    input  logic            is_bipolar_i,
    input  logic [3:0]      zero_i,
    output logic [3:0][3:0] values_o
);
  logic [15:0] greatest;
  assign greatest = bits_i == 4'd1 ? 16'd1 : bits_i == 4'd2 ? 16'd3 : bits_i == 4'd3 ? 16'd7 : 16'd15;
  for (genvar lane = 0; lane < 4; lane++) begin : gen_lanes
    assign values_o[lane] = 4'(is_bipolar_i ? 16'd2 * 16'(codes_i[lane]) - greatest
        : 16'(codes_i[lane]) - 16'(zero_i));
  end
endmodule
