// The value of a weight code of 1 to 8 bits less its zero point, modulo 2^9: what port B of a slice is given.
// Combinational.
// Formal pair: formal/weight_dequantise_spec.sv
module weight_dequantise (
    // Bits above `bits_i` are zero.
    input  logic [7:0] code_i,
    // 1 to 8.
    input  logic [3:0] bits_i,
    // 2 code - (2^bits - 1); zero points are not used.
    input  logic       is_bipolar_i,
    // Two's complement, else unsigned.
    input  logic       is_signed_i,
    input  logic [8:0] zero_i,
    output logic [8:0] value_o
);
  logic [8:0] base, sign_weight;
  logic is_negative;

  // 2^(bits - 1)
  assign sign_weight = 9'(9'd1 << (bits_i - 4'd1));
  assign is_negative = is_signed_i && (code_i & sign_weight[7:0]) != '0;
  assign base = is_negative ? {1'b0, code_i} - (sign_weight << 1) : {1'b0, code_i};
  assign value_o = is_bipolar_i ? {code_i, 1'b1} - (sign_weight << 1) : base - zero_i;
endmodule
