// A float times 2^places: the exponent grows, subnormal numbers are shifted and become normal, what is too large becomes
// infinity; zeros, infinities and NaN stay as they are. Exact, but for the infinities. Combinational.
// Specification: formal/float_scale_spec.sv.
module float_scale #(
    parameter int unsigned ExponentBits = 5,
    parameter int unsigned FractionBits = 10,
    // Fewer than ExponentBits.
    parameter int unsigned PlaceBits = 3,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits
) (
    input  logic [    Width-1:0] number_i,
    input  logic [PlaceBits-1:0] places_i,
    output logic [    Width-1:0] number_o
);
  localparam int unsigned CountBits = $clog2(FractionBits + 1);
  localparam int unsigned RangeBits = ExponentBits + 1;
  localparam int Greatest = (1 << ExponentBits) - 1;

  logic sign;
  logic [ExponentBits-1:0] field;
  logic [FractionBits-1:0] fraction;
  logic [CountBits-1:0] zeros;
  logic [RangeBits-1:0] sum;

  assign {sign, field, fraction} = number_i;
  assign sum = RangeBits'(field) + RangeBits'(places_i);

  leading_zeros #(
      .Width(FractionBits)
  ) u_zeros (
      .bits_i (fraction),
      .count_o(zeros)
  );

  always_comb begin
    number_o = number_i;
    if (field == '0) begin
      if (32'(places_i) <= 32'(zeros) || fraction == '0) begin
        number_o = {sign, field, fraction << places_i};
      end else begin
        // The highest set bit becomes the hidden one.
        number_o = {sign, ExponentBits'(32'(places_i) - 32'(zeros)), fraction << zeros << 1};
      end
    end else if (!(&field)) begin
      if (sum >= RangeBits'(Greatest)) number_o = {sign, {ExponentBits{1'b1}}, {FractionBits{1'b0}}};
      else number_o = {sign, sum[ExponentBits-1:0], fraction};
    end
  end
endmodule
