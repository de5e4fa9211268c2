// One lookup in a half table of floats (the published design's f16 tables): the entry at the address, its sign flipped by the
// weights' sign bit, its exponent raised by the plane. Combinational.
module lut_fp_lookup #(
    parameter int unsigned TileK = 4,
    parameter int unsigned ExponentBits = 5,
    parameter int unsigned FractionBits = 10,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits,
    localparam int unsigned TableEntries = 1 << (TileK - 1)
) (
    input  logic [TableEntries-1:0][Width-1:0] entries_i,
    // Folded offline; bit 0 is the sign.
    input  logic [       TileK-1:0]            index_i,
    input  logic [             2:0]            plane_i,
    output logic [       Width-1:0]            value_o
);
  logic [Width-1:0] entry, scaled;

  if (TableEntries > 1) begin : gen_entries
    assign entry = entries_i[index_i[TileK-1:1]];
  end else begin : gen_entry
    assign entry = entries_i[0];
  end

  float_scale #(
      .ExponentBits(ExponentBits),
      .FractionBits(FractionBits),
      .PlaceBits   (3)
  ) u_scale (
      .number_i(entry),
      .places_i(plane_i),
      .number_o(scaled)
  );

  assign value_o = {scaled[Width-1] ^ index_i[0], scaled[Width-2:0]};
endmodule
