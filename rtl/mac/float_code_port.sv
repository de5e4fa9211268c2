// A float code as a number of the float array: fields unpacked, subnormals as they are. Combinational.
module float_code_port #(
    parameter  int unsigned CodeExponentBits = 5,
    parameter  int unsigned CodeFractionBits = 10,
    // Special codes: 0 none, 1 only all ones is not a number, 2 infinities and NaN as in IEEE 754.
    parameter  int unsigned Specials = 2,
    parameter  int unsigned SignificandBits = 11,
    parameter  int unsigned ExponentBits = 9,
    localparam int unsigned CodeBits = 1 + CodeExponentBits + CodeFractionBits,
    localparam int unsigned PortBits = 3 + ExponentBits + SignificandBits
) (
    input  logic [CodeBits-1:0] code_i,
    output logic [PortBits-1:0] port_o
);
  localparam int unsigned Lowest = (1 << (CodeExponentBits - 1)) - 1 + CodeFractionBits;

  logic is_negative, is_nan, is_infinite;
  logic [CodeExponentBits-1:0] field;
  logic [CodeFractionBits-1:0] fraction;
  logic [SignificandBits-1:0] significand;
  logic [ExponentBits-1:0] exponent;

  assign {is_negative, field, fraction} = code_i;

  always_comb begin
    is_nan = 1'b0;
    is_infinite = 1'b0;
    if (Specials == 2 && &field) begin
      is_nan = fraction != '0;
      is_infinite = fraction == '0;
    end else if (Specials == 1) begin
      is_nan = &field && &fraction;
    end
  end

  assign significand = SignificandBits'({field != '0, fraction});
  assign exponent = (field == '0 ? ExponentBits'(1) : ExponentBits'(field)) - ExponentBits'(Lowest);
  assign port_o = is_nan || is_infinite
      ? {is_nan, is_infinite, is_negative, {(ExponentBits + SignificandBits) {1'b0}}}
      : {2'b00, is_negative, exponent, significand};
endmodule
