// Pair: formal/lut_dot_product. The sum of products of activations and weights, 1 where a bit is set, else -1.
module lut_dot_product_spec #(
    parameter int unsigned TileK = 4,
    localparam int unsigned EntryBits = 16
) (
    input  logic                           are_signed_i,
    input  logic        [  TileK-1:0][7:0] activations_i,
    input  logic        [  TileK-1:0]      weights_i,
    output logic signed [EntryBits:0]      product_o
);
  localparam int unsigned Width = EntryBits + 1;

  logic signed [EntryBits:0] activation;

  always_comb begin
    product_o = '0;
    for (int unsigned k = 0; k < TileK; k++) begin
      activation = are_signed_i ? Width'($signed(activations_i[k])) : Width'({1'b0, activations_i[k]});
      product_o = weights_i[k] ? product_o + activation : product_o - activation;
    end
  end
endmodule
