// A dot product by lookup: the half table of some codes, the folded index of their one-bit weights, and the entry that it
// names. Only here to be proved.
module lut_dot_product #(
    parameter int unsigned TileK = 4,
    localparam int unsigned TableEntries = 1 << (TileK - 1),
    localparam int unsigned EntryBits = 16
) (
    // int8 or uint8.
    input  logic                           are_signed_i,
    input  logic        [  TileK-1:0][7:0] activations_i,
    input  logic        [  TileK-1:0]      weights_i,
    output logic signed [EntryBits:0]      product_o
);
  logic [TileK-1:0][8:0] activations;
  logic [TableEntries-1:0][EntryBits-1:0] entries;
  logic [TileK-1:0] folded;

  for (genvar k = 0; k < TileK; k++) begin : gen_activations
    assign activations[k] = {are_signed_i && activations_i[k][7], activations_i[k]};
  end

  lut_table_builder #(
      .TileK       (TileK),
      .TableEntries(TableEntries),
      .EntryBits   (EntryBits)
  ) u_builder (
      .activations_i(activations),
      .entries_o    (entries)
  );

  lut_fold #(
      .TileK(TileK)
  ) u_fold (
      .index_i (weights_i),
      .folded_o(folded)
  );

  lut_lookup #(
      .TileK       (TileK),
      .TableEntries(TableEntries),
      .EntryBits   (EntryBits)
  ) u_lookup (
      .entries_i(entries),
      .index_i  (folded),
      .negate_i (1'b0),
      .value_o  (product_o)
  );
endmodule
