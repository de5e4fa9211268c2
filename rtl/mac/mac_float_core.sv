// The float array with its accumulator scratchpad: what is compared with the golden model and the timing terms.
module mac_float_core #(
    // A multiple of 16.
    parameter int unsigned Rows = 32,
    parameter int unsigned Columns = 4,
    parameter int unsigned EpilogueLanes = 4,
    parameter int unsigned PartialRows = 8,
    // Significant bits of an operand, the hidden one included.
    parameter int unsigned SignificandBits = 11,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1,
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned PortBits = 12 + SignificandBits,
    localparam int unsigned CountBits = $clog2(Rows + 1)
) (
    input  logic                                  clk_i,
    input  logic                                  rst_ni,
    input  logic                                  en_i,
    // Weights as ports of the multipliers, one K row of a tile per beat.
    input  logic                                  weight_valid_i,
    output logic                                  weight_ready_o,
    input  logic                                  weight_last_i,
    input  logic [      Columns-1:0][PortBits-1:0] weight_value_i,
    // Activations as ports, one row of a tile per beat, with the lanes of K that the tile fills.
    input  logic                                  row_valid_i,
    output logic                                  row_ready_o,
    input  logic                                  row_last_i,
    input  logic [         Rows-1:0][PortBits-1:0] row_value_i,
    input  logic [    CountBits-1:0]              row_lanes_i,
    // Sums leave at the end of a segment; else tile by tile into the accumulators.
    input  logic                                  row_segmented_i,
    // They are converted to int32; else scaled.
    input  logic                                  row_convert_i,
    input  logic                                  row_begins_i,
    input  logic                                  row_ends_i,
    input  logic                                  row_fresh_i,
    input  logic [  PartialBits-1:0]              row_partial_i,
    input  logic [  AddressBits-1:0]              row_address_i,
    input  logic [    ChunkBits-1:0]              row_last_chunk_i,
    input  logic                                  scale_valid_i,
    output logic                                  scale_ready_o,
    input  logic [EpilogueLanes-1:0][       31:0] scale_column_i,
    input  logic [             31:0]              scale_row_i,
    input  logic                                  host_write_i,
    input  logic [  AddressBits-1:0]              host_address_i,
    input  logic [      Columns-1:0][       31:0] host_data_i,
    output logic [      Columns-1:0]              retire_valid_o,
    output logic [  AddressBits-1:0]              retire_address_o,
    output logic [      Columns-1:0][       31:0] retire_o
);
  logic [AddressBits-1:0] read_address;
  logic [Columns-1:0][31:0] read;

  mac_float_array #(
      .Rows            (Rows),
      .Columns         (Columns),
      .EpilogueLanes   (EpilogueLanes),
      .PartialRows     (PartialRows),
      .SignificandBits (SignificandBits),
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
