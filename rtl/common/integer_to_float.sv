// The float nearest to a two's complement integer, ties to even. Combinational.
module integer_to_float #(
    parameter int unsigned ExponentBits = 8,
    parameter int unsigned FractionBits = 23,
    parameter int unsigned IntegerBits = 32,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits
) (
    input  logic signed [IntegerBits-1:0] integer_i,
    output logic        [      Width-1:0] number_o
);
  localparam int unsigned RangeBits = ExponentBits + 3;
  localparam int unsigned Spare = IntegerBits > FractionBits + 3 ? 0 : FractionBits + 3 - IntegerBits;
  localparam int Bias = (1 << (ExponentBits - 1)) - 1;

  logic sign;
  logic [IntegerBits-1:0] magnitude;

  assign sign = integer_i[IntegerBits-1];
  assign magnitude = sign ? -integer_i : integer_i;

  float_round #(
      .ExponentBits   (ExponentBits),
      .FractionBits   (FractionBits),
      .SignificandBits(IntegerBits + Spare)
  ) u_round (
      .sign_i       (sign),
      .exponent_i   (RangeBits'(Bias + IntegerBits - 1)),
      .significand_i({magnitude, {Spare{1'b0}}}),
      .number_o     (number_o)
  );
endmodule
