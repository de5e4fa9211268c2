// Definition of dsp-chain/quad_ports: weight = magnitude bits - 8 * sign, summed over the lanes at 2^0, 2^8, 2^15 and
// 2^22.
module quad_ports_spec (
    input  logic [3:0][3:0] weights_i,
    output logic [29:0]     a_o,
    output logic [26:0]     d_o
);
  logic [3:0][29:0] signs;
  logic [3:0][26:0] magnitudes;
  for (genvar lane = 0; lane < 4; lane++) begin : gen_lanes
    assign signs[lane] = $signed(weights_i[lane]) < 4'sd0 ? 30'd8 : 30'd0;
    assign magnitudes[lane] = 27'(weights_i[lane]) % 27'd8;
  end
  assign a_o = signs[0] + 30'd256 * signs[1] + 30'd32768 * signs[2] + 30'd4194304 * signs[3];
  assign d_o = magnitudes[0] + 27'd256 * magnitudes[1] + 27'd32768 * magnitudes[2] + 27'd4194304 * magnitudes[3];
endmodule
