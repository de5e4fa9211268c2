// Pair: olaccel/nibble_multiply. Partial products of the weight's bits, of which the highest counts negative.
module nibble_multiply_spec (
    input  logic signed [ 4:0] activation_i,
    input  logic signed [ 4:0] weight_i,
    input  logic               upper_i,
    output logic signed [13:0] product_o
);
  logic signed [13:0] term, sum;

  always_comb begin
    term = 14'(activation_i);
    sum = '0;
    for (int unsigned place = 0; place < 5; place++) begin
      if (weight_i[place]) sum = place == 4 ? sum - term : sum + term;
      term = term + term;
    end
    product_o = upper_i ? 14'sd16 * sum : sum;
  end
endmodule
