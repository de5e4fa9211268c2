// Pair: lut-tc/lut_table_builder. Each entry on its own: the sum of the activations with the signs of its index, modulo the
// bits of the longest sum of codes.
module lut_table_builder_spec #(
    parameter int unsigned TileK = 4,
    parameter int unsigned TableEntries = 8,
    parameter int unsigned EntryBits = 16
) (
    input  logic [       TileK-1:0][          8:0] activations_i,
    output logic [TableEntries-1:0][EntryBits-1:0] entries_o
);
  localparam int unsigned SumBits = 9 + $clog2(TileK);

  for (genvar i = 0; i < TableEntries; i++) begin : gen_entries
    localparam int unsigned Index = TableEntries == 1 << TileK ? i : 2 * i;
    logic signed [SumBits-1:0] sum;
    always_comb begin
      sum = '0;
      for (int unsigned j = 0; j < TileK; j++) begin
        if (Index[j]) sum = sum + SumBits'($signed(activations_i[j]));
        else sum = sum - SumBits'($signed(activations_i[j]));
      end
    end
    assign entries_o[i] = EntryBits'(sum);
  end
endmodule
