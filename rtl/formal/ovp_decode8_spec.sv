// Definition of olive/ovp_decode8: an outlier is (-1)^sign * (2^m + mantissa) * 2^(exponent + bias), field by field.
module ovp_decode8_spec #(
    parameter int unsigned ExponentBits = 4
) (
    input  logic        [7:0] slot_i,
    input  logic        [7:0] neighbour_i,
    output logic        [4:0] exponent_o,
    output logic signed [7:0] integer_o
);
  localparam int unsigned Hidden = 1 << (7 - ExponentBits);
  logic [6:0] code;
  logic signed [7:0] magnitude;
  assign code = slot_i[6:0];
  assign magnitude = 8'(Hidden + 32'(code) % Hidden);
  assign exponent_o = slot_i == 8'h80 || neighbour_i != 8'h80 ? 5'd0
      : 5'(32'(code) / Hidden + (ExponentBits == 4 ? 4 : 2));
  assign integer_o = slot_i == 8'h80 ? 8'sd0
      : neighbour_i != 8'h80 ? $signed(slot_i) : slot_i[7] ? 8'sd0 - magnitude : magnitude;
endmodule
