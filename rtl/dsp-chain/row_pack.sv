// The sums of rows one after the other, without gaps, as far as columns are in use. Combinational.
module row_pack #(
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 8,
    parameter int unsigned ColumnBits = 4
) (
    input  logic [Rows-1:0][Columns-1:0][31:0] sums_i,
    // Columns in use, 1 to `Columns`.
    input  logic [ColumnBits-1:0]              columns_i,
    output logic [Rows*Columns-1:0][31:0]      packed_o
);
  always_comb begin
    for (int unsigned i = 0; i < Rows * Columns; i++) packed_o[i] = '0;
    for (int unsigned columns = 1; columns <= Columns; columns++) begin
      if (columns_i == ColumnBits'(columns)) begin
        for (int unsigned i = 0; i < Rows * columns; i++) packed_o[i] = sums_i[i/columns][i%columns];
      end
    end
  end
endmodule
