// A code of four-bit flint as a number <exponent, integer>: nothing is searched or multiplied. Combinational. Specification:
// formal/flint_decoder_spec.sv.
module flint_decoder (
    input  logic        [3:0] code_i,
    // The highest bit is a sign, the others the magnitude.
    input  logic              signed_i,
    output logic        [4:0] exponent_o,
    output logic signed [4:0] integer_o
);
  logic [2:0] exponent;
  logic signed [4:0] magnitude;

  // Codes of the lower half are their values.
  always_comb begin
    if (signed_i) begin
      unique case (code_i[2:0])
        3'b100:  {exponent, magnitude} = {3'd4, 5'd1};
        3'b101:  {exponent, magnitude} = {3'd3, 5'd1};
        3'b110:  {exponent, magnitude} = {3'd2, 5'd1};
        3'b111:  {exponent, magnitude} = {3'd1, 5'd3};
        default: {exponent, magnitude} = {3'd0, 3'd0, code_i[1:0]};
      endcase
    end else begin
      unique case (code_i)
        4'b1000: {exponent, magnitude} = {3'd6, 5'd1};
        4'b1001: {exponent, magnitude} = {3'd5, 5'd1};
        4'b1010: {exponent, magnitude} = {3'd4, 5'd1};
        4'b1011: {exponent, magnitude} = {3'd3, 5'd3};
        4'b1100: {exponent, magnitude} = {3'd3, 5'd1};
        4'b1101: {exponent, magnitude} = {3'd1, 5'd5};
        4'b1110: {exponent, magnitude} = {3'd2, 5'd3};
        4'b1111: {exponent, magnitude} = {3'd1, 5'd7};
        default: {exponent, magnitude} = {3'd0, 2'd0, code_i[2:0]};
      endcase
    end
  end

  assign exponent_o = 5'(exponent);
  assign integer_o = signed_i && code_i[3] ? -magnitude : magnitude;
endmodule
