// The array with its accumulator scratchpad: what is compared with the golden model and the timing terms.
module olive_core #(
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 8,
    parameter int unsigned EpilogueLanes = 8,
    parameter int unsigned WideExponentBits = 4,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned NodeRows = Rows / 2,
    localparam int unsigned NodeColumns = Columns / 2,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned RowBits = $clog2(Rows),
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned HoldBits = $clog2(Rows * Chunks)
) (
    input  logic                                 clk_i,
    input  logic                                 rst_ni,
    input  logic                                 en_i,
    input  logic                                 pair_valid_i,
    output logic                                 pair_ready_o,
    input  logic [     NodeRows-1:0][      15:0] pair_row_i,
    input  logic [  NodeColumns-1:0][      15:0] pair_column_i,
    input  logic                                 pair_begins_i,
    input  logic                                 pair_ends_i,
    input  logic                                 pair_fresh_i,
    input  logic [  AddressBits-1:0]             pair_address_i,
    input  logic [      RowBits-1:0]             pair_last_row_i,
    input  logic [    ChunkBits-1:0]             pair_last_chunk_i,
    input  logic [     HoldBits-1:0]             pair_hold_i,
    input  logic                                 pair_scaled_i,
    input  logic                                 pair_row_eight_i,
    input  logic                                 pair_row_flint_i,
    input  logic                                 pair_column_eight_i,
    input  logic                                 pair_column_flint_i,
    input  logic                                 pair_wide_rows_i,
    input  logic                                 pair_wide_columns_i,
    input  logic                                 scale_valid_i,
    output logic                                 scale_ready_o,
    input  logic [EpilogueLanes-1:0][      31:0] scale_column_i,
    input  logic [             31:0]             scale_row_i,
    input  logic                                 host_write_i,
    input  logic [  AddressBits-1:0]             host_address_i,
    input  logic [      Columns-1:0][      31:0] host_data_i,
    output logic [      Columns-1:0]             retire_valid_o,
    output logic [  AddressBits-1:0]             retire_address_o,
    output logic [      Columns-1:0][      31:0] retire_o
);
  logic [AddressBits-1:0] read_address;
  logic [Columns-1:0][31:0] read;

  olive_array #(
      .Rows            (Rows),
      .Columns         (Columns),
      .EpilogueLanes   (EpilogueLanes),
      .WideExponentBits(WideExponentBits),
      .AccumulatorWords(AccumulatorWords)
  ) u_array (
      .read_address_o(read_address),
      .read_i        (read),
      .*
  );

  accumulator_file #(
      .Words(AccumulatorWords),
      .Lanes(Columns)
  ) u_accumulators (
      .clk_i,
      .en_i,
      .read_address_i (read_address),
      .read_o         (read),
      .write_i        (retire_valid_o),
      .write_address_i(retire_address_o),
      .write_data_i   (retire_o),
      .host_write_i,
      .host_address_i,
      .host_data_i
  );
endmodule
