// Pair: bit-serial/place_shift. The count times the power of two, with its sign.
module place_shift_spec #(
    parameter int unsigned CountBits = 8,
    localparam int unsigned ValueBits = CountBits + 15
) (
    input  logic        [CountBits-1:0] count_i,
    input  logic        [          3:0] places_i,
    input  logic                        negate_i,
    output logic signed [ValueBits-1:0] value_o
);
  logic signed [ValueBits-1:0] factor;

  always_comb begin
    factor = negate_i ? -ValueBits'(1) : ValueBits'(1);
    for (int unsigned place = 0; place < 15; place++) begin
      if (place < 32'(places_i)) factor = factor + factor;
    end
    value_o = ValueBits'(count_i) * factor;
  end
endmodule
