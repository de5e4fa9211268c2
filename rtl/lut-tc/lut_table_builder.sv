// The table of TileK activations: entry i of a full table is the sum of the activations, activation j counted +1 where bit j
// of i is set, else -1; a half table is its even entries. Every activation doubles the table. Combinational.
// Specification: formal/lut_table_builder_spec.sv.
module lut_table_builder #(
    parameter int unsigned TileK = 4,
    // 2^TileK of a full table, or half as many.
    parameter int unsigned TableEntries = 8,
    // At least 9 + ceil(log2 TileK).
    parameter int unsigned EntryBits = 16
) (
    // int8 or uint8 codes.
    input  logic [       TileK-1:0][          8:0] activations_i,
    output logic [TableEntries-1:0][EntryBits-1:0] entries_o
);
  localparam int unsigned SumBits = 9 + $clog2(TileK);
  localparam bit IsFull = TableEntries == 1 << TileK;
  localparam int unsigned FirstSize = IsFull ? 2 : 1;

  logic signed [SumBits-1:0] sums[TableEntries];
  logic signed [SumBits-1:0] activation;

  always_comb begin
    for (int unsigned i = 0; i < TableEntries; i++) sums[i] = '0;
    activation = SumBits'($signed(activations_i[0]));
    sums[0] = -activation;
    if (IsFull) sums[TableEntries > 1 ? 1 : 0] = activation;
    for (int unsigned k = 1; k < TileK; k++) begin
      activation = SumBits'($signed(activations_i[k]));
      for (int unsigned i = 0; i < FirstSize << (k - 1); i++) begin
        sums[(FirstSize<<(k-1))+i] = sums[i] + activation;
        sums[i] = sums[i] - activation;
      end
    end
  end

  for (genvar i = 0; i < TableEntries; i++) begin : gen_entries
    assign entries_o[i] = EntryBits'(sums[i]);
  end
endmodule
