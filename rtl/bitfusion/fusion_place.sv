// Which register of weights a beat of a tile fills: the first one, two or four of the four of each unit, by the digits of the
// activations. Combinational.
module fusion_place #(
    // A multiple of 4.
    parameter int unsigned Beats = 32,
    localparam int unsigned BeatBits = $clog2(Beats)
) (
    input  logic [BeatBits-1:0] beat_i,
    // log2: 0, 1 or 2.
    input  logic [         1:0] log_activation_digits_i,
    output logic [BeatBits-1:0] part_o
);
  logic [BeatBits-1:0] mask;

  assign mask = BeatBits'(3) >> log_activation_digits_i;
  assign part_o = ((beat_i & ~mask) << log_activation_digits_i) | (beat_i & mask);
endmodule
