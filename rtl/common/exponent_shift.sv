// An <exponent, integer> as the number that it stands for, modulo 2^32. Combinational.
// Formal pair: formal/exponent_shift_spec.sv
module exponent_shift (
    input  logic        [ 5:0] exponent_i,
    input  logic signed [ 9:0] integer_i,
    output logic signed [31:0] value_o
);
  assign value_o = 32'(integer_i) << exponent_i;
endmodule
