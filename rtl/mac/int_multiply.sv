// The multiplier of the integer array: two signed 9-bit operands, which hold int8, uint8 and their differences with a zero
// point. Combinational.
module int_multiply (
    input  logic signed [ 8:0] activation_i,
    input  logic signed [ 8:0] weight_i,
    output logic signed [17:0] product_o
);
  assign product_o = activation_i * weight_i;
endmodule
