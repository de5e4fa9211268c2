// Pair: olaccel/nibble_split. Of a wide number the quotient, rounded down, and the remainder of its division by 16.
module nibble_split_spec (
    input  logic        [9:0] value_i,
    input  logic              wide_i,
    output logic signed [4:0] first_o,
    output logic signed [4:0] second_o
);
  logic signed [9:0] number, quotient;

  // The highest bit repeats the sign.
  assign number = {value_i[8], value_i[8:0]};
  assign quotient = number >>> 4;
  always_comb begin
    if (wide_i) begin
      first_o = 5'(quotient);
      second_o = 5'(number - 10'sd16 * quotient);
    end else begin
      first_o = 5'(value_i >> 5);
      second_o = 5'(value_i);
    end
  end
endmodule
