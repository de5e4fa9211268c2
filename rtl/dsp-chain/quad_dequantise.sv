// The values of four weight codes of 1 to 4 bits less their zero point, modulo 2^4: a quad. Combinational.
// Formal pair: formal/quad_dequantise_spec.sv
module quad_dequantise (
    // Bits above `bits_i` are zero.
    input  logic [3:0][3:0] codes_i,
    // 1 to 4.
    input  logic [3:0]      bits_i,
    // 2 code - (2^bits - 1); the zero point is not used.
    input  logic            is_bipolar_i,
    // Its lowest bits.
    input  logic [3:0]      zero_i,
    output logic [3:0][3:0] values_o
);
  logic [3:0] levels;
  assign levels = 4'd1 << bits_i;
  for (genvar lane = 0; lane < 4; lane++) begin : gen_lanes
    assign values_o[lane] = is_bipolar_i ? {codes_i[lane][2:0], 1'b1} - levels : codes_i[lane] - zero_i;
  end
endmodule
