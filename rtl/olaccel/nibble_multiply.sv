// A multiplier of four bits, of signed and unsigned numbers: the product, 16 times as much for an upper nibble. Combinational.
// Formal pair: formal/nibble_multiply_spec.sv
module nibble_multiply (
    input  logic signed [ 4:0] activation_i,
    input  logic signed [ 4:0] weight_i,
    input  logic               upper_i,
    output logic signed [13:0] product_o
);
  logic signed [9:0] product;
  assign product = activation_i * weight_i;
  assign product_o = upper_i ? {product, 4'd0} : 14'(product);
endmodule
