// From the nodes of all chains to the columns of a pass, where every chain may work at a block with an N of its own. Sums of a
// pair of rows are where its chains have those of matrices; of one pair of rows, columns run on from pair to pair.
// Combinational.
module block_sums #(
    parameter int unsigned Pairs = 4,
    parameter int unsigned Columns = 2,
    parameter int unsigned VectorColumns = 8,
    // Sums of a row.
    parameter int unsigned Lanes = 16,
    parameter int unsigned PlaceBits = 6,
    localparam int unsigned Nodes = 8,
    localparam int unsigned CodeColumns = VectorColumns > Columns ? VectorColumns : Columns
) (
    input  logic                                             vector_i,
    // Of the chains of every pair of rows, or of the chains of the only one (block_scatter).
    input  logic [CodeColumns-1:0][2:0]                      log_kept_i,
    input  logic [CodeColumns-1:0][PlaceBits-1:0]            places_i,
    input  logic [      Pairs-1:0][Columns*Nodes-1:0][63:0]  nodes_i,
    output logic [      Pairs-1:0][Lanes-1:0][63:0]          sums_o
);
  // Whole stripes of 16 columns.
  localparam int unsigned Width = Columns < 2 ? 16 : Columns * Nodes / 16 * 16;
  localparam int unsigned Chains = Pairs * Columns;

  logic [Chains-1:0][Nodes-1:0][63:0] parts;
  for (genvar chain = 0; chain < Chains; chain++) begin : gen_parts
    localparam int unsigned Column = chain % Columns;
    localparam int unsigned VectorColumn = chain < VectorColumns ? chain : 0;
    logic [2:0] log_kept;
    assign log_kept = vector_i ? log_kept_i[VectorColumn] : log_kept_i[Column];
    part_select #(
        .Chains(1),
        .Nodes (Nodes),
        .Bits  (64)
    ) u_select (
        .part_groups_i(4'd1 << (log_kept - 3'd1)),
        .nodes_i      (nodes_i[chain/Columns][Column*Nodes+:Nodes]),
        .parts_o      (parts[chain])
    );
  end

  for (genvar pair = 0; pair < Pairs; pair++) begin : gen_pairs
    logic [Width-1:0][63:0] matrix;
    logic [Columns*Nodes-1:0][63:0] vector_sums;
    block_scatter #(
        .Chains   (Columns),
        .Columns  (Width),
        .First    (0),
        .PlaceBits(PlaceBits)
    ) u_matrix (
        .log_kept_i(log_kept_i[Columns-1:0]),
        .places_i  (places_i[Columns-1:0]),
        .parts_i   (parts[pair*Columns+:Columns]),
        .sums_o    (matrix)
    );
    block_scatter #(
        .Chains   (VectorColumns),
        .Columns  (Columns * Nodes),
        .First    (pair * Columns * Nodes),
        .PlaceBits(PlaceBits)
    ) u_vector (
        .log_kept_i(log_kept_i[VectorColumns-1:0]),
        .places_i  (places_i[VectorColumns-1:0]),
        .parts_i   (parts[VectorColumns-1:0]),
        .sums_o    (vector_sums)
    );
    assign sums_o[pair] = vector_i ? (Lanes * 64)'(vector_sums) : (Lanes * 64)'(matrix);
  end
endmodule
