// What dyadic_round is proved to be: quotient and remainder of a division by a power of two, then the rounding rule.
module dyadic_round_spec
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
  // Wide enough for value * 2^Width and for 2 * 2^Width.
  localparam int unsigned Wide = 2 * Width + 2;
  localparam logic signed [Wide-1:0] Least = -(Wide'(1) << (Width - 1));
  localparam logic signed [Wide-1:0] Greatest = (Wide'(1) << (Width - 1)) - 1;

  logic signed [Wide-1:0] value, divisor, quotient, twice_remainder, product;
  logic is_above, is_tie, up;
  int shift;

  assign value = Wide'(value_i);
  assign shift = int'(shift_i);
  always_comb begin
    rounded_o = '0;
    divisor = '0;
    quotient = '0;
    twice_remainder = '0;
    product = '0;
    is_above = 1'b0;
    is_tie = 1'b0;
    up = 1'b0;
    if (shift > 0 && shift <= Width) begin
      divisor = Wide'(1) << shift;
      // Floor: the remainder is at least 0.
      quotient = value >>> shift;
      twice_remainder = (value - (quotient << shift)) << 1;
      is_above = twice_remainder > divisor;
      is_tie = twice_remainder == divisor;
      if (is_above) up = 1'b1;
      else if (is_tie) begin
        if (rounding_i == HalfUp) up = 1'b1;
        else if (rounding_i == HalfAwayFromZero) up = value >= 0;
        else up = quotient[0];
      end
      rounded_o = Width'(quotient + Wide'(up));
    end else if (shift <= 0) begin
      // Beyond Width every value but 0 saturates, as it does at Width.
      product = -shift <= Width ? value <<< -shift : value <<< Width;
      if (product < Least) rounded_o = Width'(Least);
      else if (product > Greatest) rounded_o = Width'(Greatest);
      else rounded_o = Width'(product);
    end
  end
endmodule
