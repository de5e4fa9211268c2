// The table of TileK floats: as lut_table_builder, with every sum rounded, activation after activation. Every activation
// doubles the table. Combinational.
module lut_float_table_builder #(
    parameter int unsigned TileK = 4,
    // 2^TileK of a full table, or half as many.
    parameter int unsigned TableEntries = 8,
    parameter int unsigned ExponentBits = 5,
    parameter int unsigned FractionBits = 10,
    localparam int unsigned Width = 1 + ExponentBits + FractionBits
) (
    input  logic [       TileK-1:0][Width-1:0] activations_i,
    output logic [TableEntries-1:0][Width-1:0] entries_o
);
  localparam int unsigned FirstSize = TableEntries == 1 << TileK ? 2 : 1;

  // Sums of the activations up to k stand from FirstSize * 2^k on.
  logic [Width-1:0] sums[FirstSize<<TileK];

  assign sums[FirstSize] = {~activations_i[0][Width-1], activations_i[0][Width-2:0]};
  if (FirstSize == 2) begin : gen_full
    assign sums[FirstSize+1] = activations_i[0];
  end
  for (genvar i = 0; i < FirstSize; i++) begin : gen_unused
    assign sums[i] = '0;
  end

  for (genvar k = 1; k < TileK; k++) begin : gen_activation
    localparam int unsigned Size = FirstSize << (k - 1);
    for (genvar i = 0; i < 2 * Size; i++) begin : gen_sum
      float_add #(
          .ExponentBits(ExponentBits),
          .FractionBits(FractionBits)
      ) u_add (
          .a_i  (sums[Size+i%Size]),
          // The lower half of the doubled table counts the activation -1.
          .b_i  ({activations_i[k][Width-1] ^ (i < Size), activations_i[k][Width-2:0]}),
          .sum_o(sums[2*Size+i])
      );
    end
  end

  for (genvar i = 0; i < TableEntries; i++) begin : gen_entries
    assign entries_o[i] = sums[TableEntries+i];
  end
endmodule
