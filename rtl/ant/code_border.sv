// What two rows (columns) of elements see of the codes of an operand: the numbers of two codes of four bits, or the nibbles of
// a wider one. Combinational.
module code_border (
    // The first is the wide one.
    input  logic [1:0][7:0] codes_i,
    input  logic            flint_i,
    // Two's complement, or a flint code with a sign; else unsigned.
    input  logic            signed_i,
    input  logic            wide_i,
    // Half the range of unsigned codes is subtracted from each.
    input  logic            centres_i,
    // Bits of a code, less one.
    input  logic [2:0]      width_i,
    output logic [1:0][4:0] exponents_o,
    output logic [1:0][4:0] integers_o
);
  logic [1:0][7:0] fields;
  logic [1:0][4:0] flint_exponents, flint_integers;
  logic [7:0] centre;

  assign centre = centres_i ? 8'd1 << width_i : 8'd0;
  for (genvar i = 0; i < 2; i++) begin : gen_codes
    assign fields[i] = codes_i[i] - centre;
    flint_decoder u_flint (
        .code_i    (codes_i[i][3:0]),
        .signed_i,
        .exponent_o(flint_exponents[i]),
        .integer_o (flint_integers[i])
    );
  end

  always_comb begin
    if (flint_i) begin
      exponents_o = flint_exponents;
      integers_o = flint_integers;
    end else if (wide_i) begin
      // The upper nibble goes to the first row.
      exponents_o = {5'd0, 5'd4};
      integers_o = {1'b0, fields[0][3:0], signed_i && fields[0][7], fields[0][7:4]};
    end else begin
      exponents_o = '0;
      integers_o = {signed_i && fields[1][3], fields[1][3:0], signed_i && fields[0][3], fields[0][3:0]};
    end
  end

  logic unused_fields;
  assign unused_fields = ^fields[1][7:4];
endmodule
