// Pair: bitfusion/fusion_brick. What the bits of two digits are worth, multiplied: a sign bit counts -2.
module fusion_brick_spec (
    input  logic        [1:0] a_i,
    input  logic              a_signed_i,
    input  logic        [1:0] b_i,
    input  logic              b_signed_i,
    output logic signed [5:0] product_o
);
  always_comb begin
    product_o = '0;
    if (a_i[0] && b_i[0]) product_o += 6'sd1;
    if (a_i[0] && b_i[1]) product_o += b_signed_i ? -6'sd2 : 6'sd2;
    if (a_i[1] && b_i[0]) product_o += a_signed_i ? -6'sd2 : 6'sd2;
    if (a_i[1] && b_i[1]) product_o += a_signed_i != b_signed_i ? -6'sd4 : 6'sd4;
  end
endmodule
