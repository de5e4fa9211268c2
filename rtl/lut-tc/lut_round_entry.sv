// An entry of a table as an INT8 code: the quotient by the scale, rounded to binary32 and then to the nearest integer, ties to
// even, clamped to -127...127; 0 for NaN. Combinational.
module lut_round_entry (
    input  logic        [31:0] entry_i,
    input  logic        [31:0] scale_i,
    output logic signed [ 7:0] code_o
);
  localparam logic signed [31:0] Greatest = 32'sd127;

  logic [31:0] quotient;
  logic signed [31:0] nearest;

  float_divide u_divide (
      .dividend_i(entry_i),
      .divisor_i (scale_i),
      .quotient_o(quotient)
  );

  float_to_integer u_nearest (
      .number_i (quotient),
      .integer_o(nearest)
  );

  always_comb begin
    code_o = nearest[7:0];
    if (nearest > Greatest) code_o = Greatest[7:0];
    if (nearest < -Greatest) code_o = -Greatest[7:0];
  end
endmodule
