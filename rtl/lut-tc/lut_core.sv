// An array of lookup units with its accumulator scratchpad: what is compared with the golden model and the timing terms.
module lut_core #(
    parameter int unsigned TileM = 2,
    parameter int unsigned TileN = 64,
    parameter int unsigned TileK = 4,
    parameter int unsigned TableEntries = 8,
    parameter int unsigned EntryBits = 16,
    parameter int unsigned RoundedEntries = 0,
    parameter int unsigned EpilogueLanes = 4,
    parameter int unsigned FoldsSigns = 0,
    parameter int unsigned BuildsTables = 0,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned Lanes = EpilogueLanes < TileN ? EpilogueLanes : TileN,
    localparam int unsigned Chunks = (TileN + Lanes - 1) / Lanes,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned RowBits = TileM > 1 ? $clog2(TileM) : 1,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned RowOperandBits = BuildsTables != 0 ? TileK * 9 : TableEntries * EntryBits
) (
    input  logic                                 clk_i,
    input  logic                                 rst_ni,
    input  logic                                 en_i,
    input  logic                                 table_valid_i,
    output logic                                 table_ready_o,
    input  logic [ TileM-1:0][RowOperandBits-1:0] table_value_i,
    input  logic [      2:0]                     table_planes_i,
    input  logic                                 table_ends_i,
    input  logic                                 table_last_i,
    input  logic                                 table_scaled_i,
    input  logic                                 table_affine_i,
    input  logic                                 table_fresh_i,
    input  logic [AddressBits-1:0]               table_address_i,
    input  logic [  RowBits-1:0]                 table_last_row_i,
    input  logic [ChunkBits-1:0]                 table_last_chunk_i,
    input  logic                                 weight_valid_i,
    output logic                                 weight_ready_o,
    input  logic [ TileN-1:0][        TileK-1:0] weight_index_i,
    input  logic                                 zero_valid_i,
    output logic                                 zero_ready_o,
    input  logic [ TileN-1:0][              9:0] zero_value_i,
    input  logic                                 scale_valid_i,
    output logic                                 scale_ready_o,
    input  logic [ Lanes-1:0][             31:0] scale_column_i,
    input  logic [     31:0]                     scale_row_i,
    input  logic                                 host_write_i,
    input  logic [AddressBits-1:0]               host_address_i,
    input  logic [ TileN-1:0][             31:0] host_data_i,
    output logic [ TileN-1:0]                    retire_valid_o,
    output logic [AddressBits-1:0]               retire_address_o,
    output logic [ TileN-1:0][             31:0] retire_o,
    output logic                                 complete_o
);
  logic [AddressBits-1:0] read_address;
  logic [TileN-1:0][31:0] read;

  lut_tensor_core #(
      .TileM           (TileM),
      .TileN           (TileN),
      .TileK           (TileK),
      .TableEntries    (TableEntries),
      .EntryBits       (EntryBits),
      .RoundedEntries  (RoundedEntries),
      .EpilogueLanes   (EpilogueLanes),
      .FoldsSigns      (FoldsSigns),
      .BuildsTables    (BuildsTables),
      .AccumulatorWords(AccumulatorWords)
  ) u_array (
      .read_address_o(read_address),
      .read_i        (read),
      .*
  );

  accumulator_file #(
      .Words(AccumulatorWords),
      .Lanes(TileN)
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
