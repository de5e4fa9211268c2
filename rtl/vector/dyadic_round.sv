// value / 2^shift, rounded once from the exact quotient. A negative shift multiplies, saturating at the ends of the width.
// Combinational.
module dyadic_round
  import rounding_pkg::*;
#(
    parameter int unsigned Width = 64,
    parameter int unsigned ShiftBits = 8
) (
    input  logic signed [    Width-1:0] value_i,
    input  logic signed [ShiftBits-1:0] shift_i,
    input  rounding_e                   rounding_i,
    output logic signed [    Width-1:0] rounded_o
);
  // The greatest shift that leaves anything to round.
  localparam logic signed [ShiftBits-1:0] Last = ShiftBits'(signed'(Width));

  logic signed [Width:0] doubled, shifted;
  logic [Width:0] below;
  logic [ShiftBits-1:0] left;
  logic signed [Width-1:0] multiplied, floor;
  logic half, sticky, up, fits;

  // To the right: one bit below the binary point is the half, the others are sticky.
  assign doubled = {value_i, 1'b0};
  assign shifted = doubled >>> shift_i;
  assign below = ~({(Width + 1) {1'b1}} << shift_i);
  assign floor = shifted[Width:1];
  assign half = shifted[0];
  assign sticky = (doubled & below) != '0;

  always_comb begin
    unique case (rounding_i)
      HalfUp: up = half;
      HalfAwayFromZero: up = half && (sticky || !value_i[Width-1]);
      default: up = half && (sticky || floor[0]);
    endcase
  end

  // To the left.
  assign left = -shift_i;
  assign multiplied = value_i <<< left;
  assign fits = (multiplied >>> left) == value_i && left < ShiftBits'(Width);

  always_comb begin
    if (shift_i > Last) rounded_o = '0;
    else if (shift_i > 0) rounded_o = floor + Width'(up);
    else if (fits || value_i == '0) rounded_o = multiplied;
    else rounded_o = {value_i[Width-1], {(Width - 1) {!value_i[Width-1]}}};
  end
endmodule
