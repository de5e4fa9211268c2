// The sums of a pass in the order in which they leave: row after row, as far as columns are in use, whatever the arrangement
// of the chains is. Combinational.
module sums_arrange #(
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 2,
    parameter int unsigned VectorColumns = 8,
    parameter int unsigned Nodes = 8,
    // Sums that the chains of a pair of rows hold for each row.
    parameter int unsigned Lanes = 16,
    parameter int Int4Packing = 0,
    parameter int unsigned ColumnBits = 7,
    localparam int unsigned GroupBits = $clog2(Nodes + 1)
) (
    // As the chains of matrices have them (dsp_chain_row).
    input  logic [Rows-1:0][Lanes-1:0][31:0] sums_i,
    // All chains work at one pair of rows, or at one row of quads.
    input  logic                             vector_i,
    input  logic                             quads_i,
    input  logic [GroupBits-1:0]             part_groups_i,
    // Columns in use.
    input  logic [ColumnBits-1:0]            columns_i,
    output logic [Rows*Lanes-1:0][31:0]      sums_o
);
  localparam int unsigned Pairs = Rows / 2;
  localparam int unsigned Parts = Columns * Nodes;
  localparam int unsigned VectorParts = VectorColumns * Nodes;

  logic [Rows*Lanes-1:0][31:0] matrix;
  row_pack #(
      .Rows      (Rows),
      .Columns   (Lanes),
      .ColumnBits(ColumnBits)
  ) u_matrix (
      .sums_i,
      .columns_i,
      .packed_o(matrix)
  );

  // Upper row, then lower.
  logic [Pairs-1:0][Parts-1:0][63:0] pairs;
  logic [VectorParts-1:0][63:0] parts;
  logic [1:0][VectorParts-1:0][31:0] rows;
  logic [2*VectorParts-1:0][31:0] vector_sums;
  for (genvar pair = 0; pair < Pairs; pair++) begin : gen_pairs
    for (genvar part = 0; part < Parts; part++) begin : gen_parts
      assign pairs[pair][part] = {sums_i[2*pair][part], sums_i[2*pair+1][part]};
    end
  end
  vector_parts #(
      .Pairs        (Pairs),
      .Columns      (Columns),
      .Nodes        (Nodes),
      .VectorColumns(VectorColumns),
      .Bits         (64)
  ) u_parts (
      .part_groups_i,
      .parts_i(pairs),
      .parts_o(parts)
  );
  for (genvar part = 0; part < VectorParts; part++) begin : gen_rows
    assign {rows[0][part], rows[1][part]} = parts[part];
  end
  row_pack #(
      .Rows      (2),
      .Columns   (VectorParts),
      .ColumnBits(ColumnBits)
  ) u_vector (
      .sums_i  (rows),
      .columns_i,
      .packed_o(vector_sums)
  );

  if (Int4Packing != 0) begin : gen_quads
    // Chain after chain, four columns of each.
    logic [Pairs-1:0][4*Columns-1:0][31:0] chains;
    logic [Pairs*4*Columns-1:0][31:0] quads;
    for (genvar pair = 0; pair < Pairs; pair++) begin : gen_chains
      assign chains[pair] = {sums_i[2*pair+1][2*Columns-1:0], sums_i[2*pair][2*Columns-1:0]};
    end
    if (Columns % 2 == 0) begin : gen_even
      // Rows of half the chains, which are those of pairs.
      assign quads = chains;
      assign sums_o = !vector_i ? matrix : quads_i ? (Rows * Lanes * 32)'(quads) : (Rows * Lanes * 32)'(vector_sums);
    end else begin : gen_odd
      row_pack #(
          .Rows      (Pairs),
          .Columns   (4 * Columns),
          .ColumnBits(ColumnBits)
      ) u_quads (
          .sums_i  (chains),
          .columns_i,
          .packed_o(quads)
      );
      logic [Pairs*4*Columns-1:0][31:0] one_row;
      assign one_row = chains;
      assign sums_o = quads_i && vector_i ? (Rows * Lanes * 32)'(one_row)
          : quads_i ? (Rows * Lanes * 32)'(quads) : vector_i ? (Rows * Lanes * 32)'(vector_sums) : matrix;
    end
  end else begin : gen_no_quads
    assign sums_o = vector_i ? (Rows * Lanes * 32)'(vector_sums) : matrix;
    logic unused_quads;
    assign unused_quads = quads_i;
  end
endmodule
