// A binary16 number as binary32. Combinational.
module half_widen (
    input  logic [15:0] half_i,
    output logic [31:0] single_o
);
  logic is_zero, is_infinite, is_nan;
  logic signed [7:0] exponent;
  logic [10:0] significand;

  float_unpack #(
      .ExponentBits(5),
      .FractionBits(10)
  ) u_unpack (
      .number_i     (half_i),
      .is_zero_o    (is_zero),
      .is_infinite_o(is_infinite),
      .is_nan_o     (is_nan),
      .exponent_o   (exponent),
      .significand_o(significand)
  );

  always_comb begin
    single_o = {half_i[15], 8'(exponent) + 8'd112, significand[9:0], 13'd0};
    if (is_nan) single_o = 32'h7FC0_0000;
    else if (is_infinite) single_o = {half_i[15], 31'h7F80_0000};
    else if (is_zero) single_o = {half_i[15], 31'd0};
  end

  logic unused_hidden;
  assign unused_hidden = significand[10];
endmodule
