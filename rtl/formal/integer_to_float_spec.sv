// What integer_to_float is proved to be: for every binade the magnitude shifted to it, remainder and tie compared.
module integer_to_float_spec #(
    parameter int unsigned ExponentBits = 8,
    parameter int unsigned FractionBits = 23,
    parameter int unsigned IntegerBits = 32,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits
) (
    input  logic signed [IntegerBits-1:0] integer_i,
    output logic        [      Width-1:0] number_o
);
  localparam int unsigned Wide = IntegerBits + FractionBits + 2;
  localparam int unsigned Bias = (1 << (ExponentBits - 1)) - 1;

  logic [Wide-1:0] magnitude, kept, rest, half;
  logic [Width-2:0] number;

  always_comb begin
    magnitude = integer_i < 0 ? Wide'(-(IntegerBits + 1)'(integer_i)) : Wide'(integer_i);
    number_o = '0;
    kept = '0;
    rest = '0;
    half = '0;
    number = '0;
    for (int unsigned e = 0; e < IntegerBits; e++) begin
      if (magnitude >= Wide'(1) << e && magnitude < Wide'(1) << (e + 1)) begin
        if (e <= FractionBits) begin
          kept = magnitude << (FractionBits - e);
        end else begin
          kept = magnitude >> (e - FractionBits);
          rest = magnitude - (kept << (e - FractionBits));
          half = Wide'(1) << (e - FractionBits - 1);
        end
        number = (Width - 1)'(kept) - ((Width - 1)'(1) << FractionBits);
        number += (Width - 1)'(Bias + e) << FractionBits;
        if (e > FractionBits && (rest > half || (rest == half && kept[0]))) number += (Width - 1)'(1);
        number_o = {integer_i < 0, number};
      end
    end
  end
endmodule
