// Pair: lut-tc/lut_lookup. The full table first, its missing half by symmetry, then the entry of the unfolded index.
module lut_lookup_spec #(
    parameter int unsigned TileK = 4,
    parameter int unsigned TableEntries = 8,
    parameter int unsigned EntryBits = 16
) (
    input  logic        [TableEntries-1:0][EntryBits-1:0] entries_i,
    input  logic        [       TileK-1:0]                index_i,
    input  logic                                          negate_i,
    output logic signed [     EntryBits:0]                value_o
);
  localparam int unsigned All = 1 << TileK;
  localparam bit IsFull = TableEntries == All;

  logic signed [EntryBits:0] entries[All];
  logic [TileK-1:0] index;

  for (genvar i = 0; i < All; i++) begin : gen_entries
    if (IsFull) begin : gen_full
      assign entries[i] = (EntryBits + 1)'($signed(entries_i[i]));
    end else if (i % 2 == 0) begin : gen_even
      assign entries[i] = (EntryBits + 1)'($signed(entries_i[i/2]));
    end else begin : gen_odd
      assign entries[i] = -(EntryBits + 1)'($signed(entries_i[(All-1-i)/2]));
    end
  end

  always_comb begin
    index = index_i;
    if (!IsFull && index_i[0]) begin
      index = ~index_i;
      index[0] = 1'b1;
    end
    value_o = '0;
    for (int unsigned i = 0; i < All; i++) begin
      if (index == TileK'(i)) value_o = negate_i ? -entries[i] : entries[i];
    end
  end
endmodule
