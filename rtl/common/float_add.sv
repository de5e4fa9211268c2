// IEEE 754 sum, round to nearest, ties to even; subnormal operands and results; every NaN is the positive quiet one.
// Combinational.
module float_add #(
    parameter int unsigned ExponentBits = 8,
    parameter int unsigned FractionBits = 23,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits
) (
    input  logic [Width-1:0] a_i,
    input  logic [Width-1:0] b_i,
    output logic [Width-1:0] sum_o
);
  // Hidden bit, fraction, guard, round and sticky bits; one more for the carry.
  localparam int unsigned Extended = FractionBits + 4;
  localparam int unsigned RangeBits = ExponentBits + 3;

  typedef logic signed [RangeBits-1:0] range_t;

  logic [Width-1:0] greater, lesser;
  logic [ExponentBits-1:0] greater_field, lesser_field, distance;
  logic [Extended-1:0] greater_significand, lesser_significand, aligned;
  logic lost, differ, is_special, is_nan, sign;
  logic [Extended:0] total;
  logic [Width-1:0] rounded;

  assign {greater, lesser} = a_i[Width-2:0] >= b_i[Width-2:0] ? {a_i, b_i} : {b_i, a_i};
  // Subnormals have the exponent of the least normal numbers and no hidden bit.
  assign greater_field = greater[FractionBits+:ExponentBits] == '0
      ? ExponentBits'(1) : greater[FractionBits+:ExponentBits];
  assign lesser_field = lesser[FractionBits+:ExponentBits] == '0
      ? ExponentBits'(1) : lesser[FractionBits+:ExponentBits];
  assign greater_significand = {greater[FractionBits+:ExponentBits] != '0, greater[FractionBits-1:0], 3'b0};
  assign lesser_significand = {lesser[FractionBits+:ExponentBits] != '0, lesser[FractionBits-1:0], 3'b0};
  assign distance = greater_field - lesser_field;
  assign differ = greater[Width-1] ^ lesser[Width-1];

  always_comb begin
    aligned = lesser_significand >> distance;
    lost = (aligned << distance) != lesser_significand;
    if (distance >= ExponentBits'(Extended)) begin
      aligned = '0;
      lost = lesser_significand != '0;
    end
    aligned[0] = aligned[0] | lost;
  end

  assign total = differ ? {1'b0, greater_significand} - {1'b0, aligned} : {1'b0, greater_significand} + {1'b0, aligned};
  // What cancels is +0; the sum of two negative zeros keeps its sign.
  assign sign = greater[Width-1] && !(differ && total == '0);

  float_round #(
      .ExponentBits   (ExponentBits),
      .FractionBits   (FractionBits),
      .SignificandBits(Extended + 1)
  ) u_round (
      .sign_i       (sign),
      .exponent_i   (range_t'({1'b0, greater_field}) + range_t'(1)),
      .significand_i(total),
      .number_o     (rounded)
  );

  assign is_special = &greater[FractionBits+:ExponentBits];
  assign is_nan = is_special && (greater[FractionBits-1:0] != '0
      || (&lesser[FractionBits+:ExponentBits] && (lesser[FractionBits-1:0] != '0 || differ)));

  always_comb begin
    sum_o = rounded;
    if (is_nan) sum_o = {1'b0, {ExponentBits{1'b1}}, 1'b1, {(FractionBits - 1) {1'b0}}};
    else if (is_special) sum_o = greater;
  end
endmodule
