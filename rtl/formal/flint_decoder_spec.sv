// Pair: ant/flint_decoder. The published tables of numbers; those of codes in the upper half without their factors of two,
// which the exponent counts.
module flint_decoder_spec (
    input  logic        [3:0] code_i,
    input  logic              signed_i,
    output logic        [4:0] exponent_o,
    output logic signed [4:0] integer_o
);
  logic [6:0] value;
  logic is_upper;

  always_comb begin
    if (signed_i) begin
      case (code_i[2:0])
        3'd4: value = 7'd16;
        3'd5: value = 7'd8;
        3'd6: value = 7'd4;
        3'd7: value = 7'd6;
        default: value = 7'(code_i[2:0]);
      endcase
      is_upper = code_i[2];
    end else begin
      case (code_i)
        4'd8: value = 7'd64;
        4'd9: value = 7'd32;
        4'd10: value = 7'd16;
        4'd11: value = 7'd24;
        4'd12: value = 7'd8;
        4'd13: value = 7'd10;
        4'd14: value = 7'd12;
        4'd15: value = 7'd14;
        default: value = 7'(code_i);
      endcase
      is_upper = code_i[3];
    end
    exponent_o = '0;
    for (int unsigned i = 0; i < 6; i++) begin
      if (is_upper && !value[0]) begin
        value = value >> 1;
        exponent_o = exponent_o + 5'd1;
      end
    end
    integer_o = signed_i && code_i[3] ? -$signed(value[4:0]) : $signed(value[4:0]);
  end
endmodule
