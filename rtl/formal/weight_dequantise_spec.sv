// Definition of dsp-chain/weight_dequantise, modulo 2^9: 2 code - (2^bits - 1), or code - 2^bits [sign bit set] -
// zero.
module weight_dequantise_spec (
    input  logic [7:0] code_i,
    input  logic [3:0] bits_i,
    input  logic       is_bipolar_i,
    input  logic       is_signed_i,
    input  logic [8:0] zero_i,
    output logic [8:0] value_o
);
  // 2^(bits - 1), which is the place of the sign too.
  logic [8:0] half, code;
  assign half = 9'd1 << (bits_i - 4'd1);
  assign code = {1'b0, code_i};
  always_comb begin
    if (is_bipolar_i) value_o = 9'd2 * code - (9'd2 * half - 9'd1);
    else if (is_signed_i && (code & half) != 9'd0) value_o = code - 9'd2 * half - zero_i;
    else value_o = code - zero_i;
  end
endmodule
