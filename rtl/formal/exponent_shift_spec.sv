// Definition of common/exponent_shift: the integer doubled as many times as the exponent says, modulo 2^32.
module exponent_shift_spec (
    input  logic        [ 5:0] exponent_i,
    input  logic signed [ 9:0] integer_i,
    output logic signed [31:0] value_o
);
  always_comb begin
    value_o = 32'(integer_i);
    for (int unsigned i = 0; i < 63; i++) begin
      if (6'(i) < exponent_i) value_o = value_o + value_o;
    end
  end
endmodule
