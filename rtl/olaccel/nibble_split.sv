// What two neighbouring multipliers of a column take of the activations: a code of at most four bits each, or the signed upper and
// the unsigned lower nibble of one. Combinational. Formal pair: formal/nibble_split_spec.sv
module nibble_split (
    // Two numbers of five bits, the first in the upper bits; or one of nine bits in two's complement.
    input  logic        [9:0] value_i,
    input  logic              wide_i,
    output logic signed [4:0] first_o,
    output logic signed [4:0] second_o
);
  assign first_o = wide_i ? value_i[8:4] : value_i[9:5];
  assign second_o = wide_i ? {1'b0, value_i[3:0]} : value_i[4:0];
endmodule
