// A float as codes of an outlier-victim pair's slot: the nearest normal value, the nearest outlier, and which of both
// it is. A NaN is the normal value 0, infinities are the greatest numbers. Combinational.
module ovp_round #(
    // int8 (else 4 bits), and flint among 4-bit formats.
    parameter int Eight = 0,
    parameter int Flint = 0,
    // Of outliers: fields, and the greatest code without sign.
    parameter int unsigned MantissaBits = 1,
    parameter int unsigned Bias = 2,
    parameter int unsigned GreatestCode = 7,
    // From the middle of the greatest normal and the least outlier magnitude on numbers are outliers; else beyond the
    // former.
    parameter int NearestBoundary = 0,
    // Numbers in the middle of two go toward +infinity; else to the greater magnitude, integers to even.
    parameter int TowardPositive = 0,
    localparam int unsigned Width = Eight != 0 ? 8 : 4
) (
    input  logic [     31:0] number_i,
    output logic             is_outlier_o,
    output logic [Width-1:0] normal_o,
    output logic [Width-1:0] outlier_o
);
  // As bits of a float: magnitudes of floats are in the order of their bits.
  localparam logic [30:0] GreatestNormal = Eight != 0 ? 31'h42FE_0000 : (Flint != 0 ? 31'h4180_0000 : 31'h40E0_0000);
  localparam logic [30:0] Middle = Eight != 0 ? (MantissaBits == 3 ? 31'h4307_8000 : 31'h4301_8000)
      : (Flint != 0 ? 31'h41A0_0000 : 31'h4118_0000);

  logic sign, is_nan, ties_up;
  logic [30:0] magnitude;
  assign {sign, magnitude} = number_i;
  assign is_nan = magnitude > 31'h7F80_0000;
  assign ties_up = TowardPositive == 0 || !sign;
  assign is_outlier_o = !is_nan && (NearestBoundary != 0 ? magnitude >= Middle : magnitude > GreatestNormal);

  // Outliers: the float cut to its exponent and the highest bits of its fraction, rounded.
  localparam int unsigned CodeBits = 8 + MantissaBits;
  localparam logic signed [CodeBits+1:0] First = (CodeBits + 2)'((127 + Bias + MantissaBits) << MantissaBits);
  logic [22-MantissaBits:0] rest;
  logic signed [CodeBits+1:0] code;
  logic up;
  localparam logic [22-MantissaBits:0] Half = {1'b1, {(22 - MantissaBits) {1'b0}}};
  assign rest = magnitude[22-MantissaBits:0];
  assign up = rest > Half || (rest == Half && ties_up);
  assign code = $signed({2'b00, magnitude[30:23-MantissaBits]}) + (CodeBits + 2)'(up) - First;
  always_comb begin
    outlier_o = {sign, code[Width-2:0]};
    if (code < 1) outlier_o = {sign, (Width - 1)'(1)};
    else if (code > (CodeBits + 2)'(GreatestCode)) outlier_o = {sign, (Width - 1)'(GreatestCode)};
  end

  if (Flint != 0) begin : gen_flint
    // 0, 1, 2, 3, 4, 6, 8, 16 and the middles between them.
    localparam logic [6:0][30:0] Middles = {
      31'h4140_0000, 31'h40E0_0000, 31'h40A0_0000, 31'h4060_0000, 31'h4020_0000, 31'h3FC0_0000, 31'h3F00_0000
    };
    localparam logic [7:0][2:0] Codes = {3'b100, 3'b101, 3'b111, 3'b110, 3'b011, 3'b010, 3'b001, 3'b000};
    logic [2:0] place, flint;
    always_comb begin
      place = '0;
      for (int unsigned i = 0; i < 7; i++) begin
        if (magnitude > Middles[i] || (magnitude == Middles[i] && ties_up)) place = 3'(i + 1);
      end
    end
    assign flint = is_nan ? '0 : Codes[place];
    // The code of -0 would be the identifier.
    assign normal_o = {sign && flint != '0, flint};
  end else begin : gen_integer
    localparam logic [Width-1:0] Limit = {1'b0, {(Width - 1) {1'b1}}};
    logic [23:0] significand;
    logic [7:0] places;
    logic [31:0] fixed;
    logic [7:0] whole, rounded;
    logic half, sticky, round_up;
    logic [Width-1:0] limited;

    // Below 128: eight places before the point, one for the half, the others below.
    assign significand = {magnitude[30:23] != '0, magnitude[22:0]};
    assign places = 8'd134 - magnitude[30:23];
    assign fixed = {significand, 8'd0} >> places;
    assign whole = fixed[31:24];
    assign half = fixed[23];
    // What is shifted out lies below a number that rounds to 0 anyway, or is part of the sticky bits.
    assign sticky = fixed[22:0] != '0 || (fixed << places) != {significand, 8'd0};
    assign round_up = half && (sticky || (TowardPositive != 0 ? !sign : whole[0]));
    assign rounded = whole + 8'(round_up);
    always_comb begin
      limited = rounded > 8'(Limit) ? Limit : rounded[Width-1:0];
      if (magnitude >= 31'h4300_0000) limited = Limit;
      if (is_nan) limited = '0;
    end
    assign normal_o = sign ? -limited : limited;
  end
endmodule
