// The sums of blocks of 16 columns, N kept weights each, at their columns of a pass: a chain has the sums of 16 / N neighbouring
// columns, the first of which is a multiple of 16 / N. Columns that no chain has are 0. Combinational.
module block_scatter #(
    parameter int unsigned Chains = 2,
    // Columns, and the first of them in the pass.
    parameter int unsigned Columns = 16,
    parameter int unsigned First = 0,
    parameter int unsigned PlaceBits = 4
) (
    // Of each chain: log2 of N, 1 to 4, or 0 where it has no part in the step, and its first column.
    input  logic [ Chains-1:0][2:0]           log_kept_i,
    input  logic [ Chains-1:0][PlaceBits-1:0] places_i,
    // As part_select has them.
    input  logic [ Chains-1:0][7:0][63:0]     parts_i,
    output logic [Columns-1:0][63:0]          sums_o
);
  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    localparam logic [PlaceBits-1:0] Place = PlaceBits'(First + column);
    logic [Chains-1:0][63:0] sums;
    for (genvar chain = 0; chain < Chains; chain++) begin : gen_chains
      // log2 of the chain's columns.
      logic [2:0] width;
      logic is_hit;
      logic [2:0] part;
      assign width = 3'd4 - log_kept_i[chain];
      assign is_hit = log_kept_i[chain] != '0 && places_i[chain] >> width == Place >> width;
      assign part = 3'(Place) & ~(3'b111 << width);
      assign sums[chain] = is_hit ? parts_i[chain][part] : '0;
    end
    always_comb begin
      sums_o[column] = '0;
      for (int unsigned chain = 0; chain < Chains; chain++) sums_o[column] |= sums[chain];
    end
  end
endmodule
