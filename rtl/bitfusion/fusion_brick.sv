// A brick of a fusion unit: the product of two digits of two bits, each signed or not. Combinational. Specification:
// formal/fusion_brick_spec.sv.
module fusion_brick (
    input  logic        [1:0] a_i,
    input  logic              a_signed_i,
    input  logic        [1:0] b_i,
    input  logic              b_signed_i,
    output logic signed [5:0] product_o
);
  logic signed [2:0] a, b;

  assign a = {a_signed_i & a_i[1], a_i};
  assign b = {b_signed_i & b_i[1], b_i};
  assign product_o = 6'(a) * 6'(b);
endmodule
