// An integer code less its zero point as a number of the float array: SignificandBits significant bits, ties to even.
// Combinational.
module integer_port #(
    parameter  int unsigned IntegerBits = 10,
    parameter  int unsigned SignificandBits = 11,
    parameter  int unsigned ExponentBits = 9,
    localparam int unsigned PortBits = 3 + ExponentBits + SignificandBits
) (
    input  logic signed [IntegerBits-1:0] integer_i,
    output logic        [   PortBits-1:0] port_o
);
  localparam int unsigned CountBits = $clog2(IntegerBits + 1);

  logic is_negative;
  logic [IntegerBits-1:0] magnitude;
  logic [CountBits-1:0] zeros, dropped;
  // A carry may give one bit more.
  logic [IntegerBits:0] kept, lost, half, rounded;
  logic up;

  assign is_negative = integer_i[IntegerBits-1];
  assign magnitude = is_negative ? -integer_i : integer_i;

  leading_zeros #(
      .Width(IntegerBits)
  ) u_zeros (
      .bits_i (magnitude),
      .count_o(zeros)
  );

  always_comb begin
    dropped = '0;
    if (32'(zeros) + SignificandBits < IntegerBits) begin
      dropped = CountBits'(IntegerBits - SignificandBits) - zeros;
    end
  end

  assign kept = {1'b0, magnitude} >> dropped;
  assign lost = {1'b0, magnitude} - (kept << dropped);
  assign half = ((IntegerBits + 1)'(1) << dropped) >> 1;
  assign up = dropped != '0 && (lost > half || (lost == half && kept[0]));
  assign rounded = kept + (IntegerBits + 1)'(up);

  logic [SignificandBits-1:0] significand;
  logic [ExponentBits-1:0] exponent;
  // All ones rounded up is the next power of two.
  if (IntegerBits >= SignificandBits) begin : gen_round
    logic carries;
    assign carries = rounded[SignificandBits];
    assign significand = carries ? SignificandBits'(rounded >> 1) : SignificandBits'(rounded);
    assign exponent = ExponentBits'(dropped) + ExponentBits'(carries);
  end else begin : gen_exact
    assign significand = SignificandBits'(rounded);
    assign exponent = '0;
  end
  assign port_o = {2'b00, is_negative, exponent, significand};
endmodule
