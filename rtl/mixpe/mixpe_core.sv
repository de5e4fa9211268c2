// The shift-and-add array with its accumulator scratchpad: what is compared with the golden model and the timing terms.
module mixpe_core #(
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 8,
    parameter int unsigned BitsPerElement = 4,
    parameter int unsigned Signs = 0,
    parameter int unsigned EpilogueLanes = 8,
    parameter int unsigned PartialRows = 8,
    parameter int unsigned SelectorInputs = 4,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1,
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned Window = Rows * SelectorInputs,
    localparam int unsigned PositionBits = SelectorInputs > 1 ? $clog2(SelectorInputs) : 1,
    localparam int unsigned LogBits = SelectorInputs > 1 ? $clog2($clog2(SelectorInputs) + 1) : 1,
    localparam int unsigned Levels = $clog2(8 / BitsPerElement),
    localparam int unsigned LevelBits = Levels > 0 ? $clog2(Levels + 1) : 1
) (
    input  logic                                       clk_i,
    input  logic                                       rst_ni,
    input  logic                                       en_i,
    input  logic                                       weight_valid_i,
    output logic                                       weight_ready_o,
    input  logic                                       weight_last_i,
    input  logic [      Columns-1:0][             7:0] weight_code_i,
    input  logic [      Columns-1:0][PositionBits-1:0] weight_position_i,
    input  logic [              2:0]                   weight_width_i,
    input  logic [    LevelBits-1:0]                   weight_log_elements_i,
    input  logic                                       row_valid_i,
    output logic                                       row_ready_o,
    input  logic                                       row_last_i,
    input  logic [       Window-1:0][             8:0] row_value_i,
    input  logic                                       row_structured_i,
    input  logic [      LogBits-1:0]                   row_log_n_i,
    input  logic [      LogBits-1:0]                   row_log_m_i,
    input  logic [    LevelBits-1:0]                   row_log_elements_i,
    input  logic                                       row_scaled_i,
    input  logic                                       row_corrects_i,
    input  logic                                       row_doubles_i,
    input  logic                                       row_begins_i,
    input  logic                                       row_ends_i,
    input  logic                                       row_fresh_i,
    input  logic [  PartialBits-1:0]                   row_partial_i,
    input  logic [  AddressBits-1:0]                   row_address_i,
    input  logic [    ChunkBits-1:0]                   row_last_chunk_i,
    input  logic                                       zero_valid_i,
    output logic                                       zero_ready_o,
    input  logic [EpilogueLanes-1:0][            16:0] zero_factor_i,
    input  logic                                       scale_valid_i,
    output logic                                       scale_ready_o,
    input  logic [EpilogueLanes-1:0][            31:0] scale_column_i,
    input  logic [             31:0]                   scale_row_i,
    input  logic                                       host_write_i,
    input  logic [  AddressBits-1:0]                   host_address_i,
    input  logic [      Columns-1:0][            31:0] host_data_i,
    output logic [      Columns-1:0]                   retire_valid_o,
    output logic [  AddressBits-1:0]                   retire_address_o,
    output logic [      Columns-1:0][            31:0] retire_o
);
  logic [AddressBits-1:0] read_address;
  logic [Columns-1:0][31:0] read;

  mixpe_array #(
      .Rows            (Rows),
      .Columns         (Columns),
      .BitsPerElement  (BitsPerElement),
      .Signs           (Signs),
      .EpilogueLanes   (EpilogueLanes),
      .PartialRows     (PartialRows),
      .SelectorInputs  (SelectorInputs),
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
