// The int32 nearest to a binary32 number, ties to even, saturated; 0 for NaN. Combinational.
module float_to_integer (
    input  logic        [31:0] number_i,
    output logic signed [31:0] integer_o
);
  logic is_negative, up;
  logic [7:0] field;
  logic [23:0] significand;
  // 31 bits above the binary point, the half, and what lies below it.
  logic [56:0] aligned;
  logic [31:0] magnitude;

  assign {is_negative, field} = number_i[31:23];
  assign significand = {field != '0, number_i[22:0]};

  always_comb begin
    // significand / 2^23 * 2^(field - 127); fields below 126 are less than a half.
    aligned = '0;
    if (field >= 8'd126 && field < 8'd158) aligned = {31'b0, significand, 2'b00} << (field - 8'd126);
  end

  assign up = aligned[25] && (aligned[24:0] != '0 || aligned[26]);
  assign magnitude = {1'b0, aligned[56:26]} + 32'(up);

  always_comb begin
    if (&field && number_i[22:0] != '0) integer_o = '0;
    else if (field >= 8'd158 || magnitude[31]) integer_o = is_negative ? 32'h8000_0000 : 32'h7FFF_FFFF;
    else integer_o = is_negative ? -magnitude : magnitude;
  end
endmodule
