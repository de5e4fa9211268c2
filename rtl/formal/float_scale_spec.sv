// Pair: common/float_scale. The number in steps of the least subnormal number, shifted, and packed again.
module float_scale_spec #(
    parameter int unsigned ExponentBits = 5,
    parameter int unsigned FractionBits = 10,
    parameter int unsigned PlaceBits = 3,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits
) (
    input  logic [    Width-1:0] number_i,
    input  logic [PlaceBits-1:0] places_i,
    output logic [    Width-1:0] number_o
);
  localparam int unsigned Greatest = (1 << ExponentBits) - 1;
  localparam int unsigned UnitBits = FractionBits + Greatest + (1 << PlaceBits);

  logic sign;
  logic [ExponentBits-1:0] field;
  logic [FractionBits-1:0] fraction;
  logic [UnitBits-1:0] steps;
  int unsigned highest;

  assign {sign, field, fraction} = number_i;

  always_comb begin
    steps = UnitBits'(fraction);
    if (field != '0) steps = (steps + (UnitBits'(1) << FractionBits)) << (field - ExponentBits'(1));
    steps = steps << places_i;
    highest = 0;
    for (int unsigned i = 0; i < UnitBits; i++) if (steps[i]) highest = i;
    if (&field) number_o = number_i;
    else if (highest < FractionBits) number_o = {sign, {ExponentBits{1'b0}}, steps[FractionBits-1:0]};
    else if (highest >= FractionBits + Greatest - 1) number_o = {sign, {ExponentBits{1'b1}}, {FractionBits{1'b0}}};
    else begin
      number_o = {
        sign, ExponentBits'(highest - FractionBits + 1), FractionBits'(steps >> (highest - FractionBits))
      };
    end
  end
endmodule
