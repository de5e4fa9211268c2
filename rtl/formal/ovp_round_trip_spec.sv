// Pair: formal/ovp_round_trip. The rule for a pair of numbers: a number above the greatest normal magnitude is an outlier and
// becomes the nearest of seven, its neighbour 0; of two outliers that of the greater magnitude survives, the left one
// when they are equal; else both become the nearest normal values. Every line is the least magnitude that becomes a value.
module ovp_round_trip_spec #(
    parameter int Flint = 0
) (
    input  logic        [31:0] left_i,
    input  logic        [31:0] right_i,
    output logic signed [ 9:0] left_o,
    output logic signed [ 9:0] right_o
);
  // Magnitudes as bit patterns of binary32, which are in the order of their values.
  function automatic logic [9:0] normal(logic [30:0] magnitude);
    logic [9:0] value;
    value = 10'd0;
    if (Flint != 0) begin
      if (magnitude >= 31'h3F00_0000) value = 10'd1;  // 0.5
      if (magnitude >= 31'h3FC0_0000) value = 10'd2;  // 1.5
      if (magnitude >= 31'h4020_0000) value = 10'd3;  // 2.5
      if (magnitude >= 31'h4060_0000) value = 10'd4;  // 3.5
      if (magnitude >= 31'h40A0_0000) value = 10'd6;  // 5
      if (magnitude >= 31'h40E0_0000) value = 10'd8;  // 7
      if (magnitude >= 31'h4140_0000) value = 10'd16;  // 12
    end else begin
      // In the middle of two integers the even one.
      if (magnitude > 31'h3F00_0000) value = 10'd1;
      if (magnitude >= 31'h3FC0_0000) value = 10'd2;
      if (magnitude > 31'h4020_0000) value = 10'd3;
      if (magnitude >= 31'h4060_0000) value = 10'd4;
      if (magnitude > 31'h4090_0000) value = 10'd5;  // 4.5
      if (magnitude >= 31'h40B0_0000) value = 10'd6;  // 5.5
      if (magnitude > 31'h40D0_0000) value = 10'd7;  // 6.5
    end
    return value;
  endfunction

  // Those of flint are twice as large: one more in the exponent.
  function automatic logic [9:0] outlier(logic [30:0] magnitude);
    logic [30:0] halved;
    logic [9:0] value;
    halved = Flint != 0 ? magnitude - 31'h0080_0000 : magnitude;
    value = 10'd12;
    if (halved >= 31'h4160_0000) value = 10'd16;  // 14
    if (halved >= 31'h41A0_0000) value = 10'd24;  // 20
    if (halved >= 31'h41E0_0000) value = 10'd32;  // 28
    if (halved >= 31'h4220_0000) value = 10'd48;  // 40
    if (halved >= 31'h4260_0000) value = 10'd64;  // 56
    if (halved >= 31'h42A0_0000) value = 10'd96;  // 80
    return Flint != 0 ? value << 1 : value;
  endfunction

  function automatic logic [9:0] negated(logic is_negative, logic [9:0] value);
    return is_negative ? -value : value;
  endfunction

  localparam logic [30:0] GreatestNormal = Flint != 0 ? 31'h4180_0000 : 31'h40E0_0000;  // 16, 7
  localparam logic [30:0] Infinity = 31'h7F80_0000;

  logic [30:0] left, right;

  always_comb begin
    left = left_i[30:0] > Infinity ? '0 : left_i[30:0];
    right = right_i[30:0] > Infinity ? '0 : right_i[30:0];
    left_o = '0;
    right_o = '0;
    if (left > GreatestNormal && left >= right) left_o = negated(left_i[31], outlier(left));
    else if (right > GreatestNormal) right_o = negated(right_i[31], outlier(right));
    else begin
      left_o = negated(left_i[31], normal(left));
      right_o = negated(right_i[31], normal(right));
    end
  end
endmodule
