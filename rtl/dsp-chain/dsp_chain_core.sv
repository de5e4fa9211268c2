// The chains with their accumulator scratchpad: what is compared with the golden model and the timing terms.
module dsp_chain_core #(
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 2,
    parameter int unsigned ChainLength = 16,
    parameter int unsigned EpilogueLanes = 8,
    parameter int OverflowAdjust = 1,
    parameter int unsigned LSPBits = 9,
    parameter int unsigned SelectorInputs = 4,
    parameter int ReductionNodes = 1,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned Groups = ChainLength / 2,
    localparam int unsigned Nodes = ReductionNodes != 0 ? Groups : 1,
    localparam int unsigned Lanes = Columns * Nodes,
    localparam int unsigned Window = ReductionNodes != 0
        ? ChainLength + 2 * SelectorInputs - 2 : ChainLength * SelectorInputs,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned GroupBits = $clog2(Groups + 1),
    localparam int unsigned CountBits = $clog2(ChainLength + 1),
    localparam int unsigned PositionBits = SelectorInputs > 1 ? $clog2(SelectorInputs) : 1,
    localparam int unsigned LogBits = SelectorInputs > 1 ? $clog2($clog2(SelectorInputs) + 1) : 1,
    localparam int unsigned LaneBits = $clog2(Lanes + 1),
    localparam int unsigned Chunks = (Rows * Lanes + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                                                clk_i,
    input  logic                                                rst_ni,
    input  logic                                                en_i,
    input  logic                                                step_valid_i,
    output logic                                                step_ready_o,
    input  logic [         Rows-1:0][     Window-1:0][     8:0] step_value_i,
    input  logic [      Columns-1:0][ChainLength-1:0][     7:0] step_code_i,
    input  logic [      Columns-1:0][ChainLength-1:0][PositionBits-1:0] step_position_i,
    input  logic [      Columns-1:0][     Groups-1:0][     8:0] step_zero_i,
    input  logic [    CountBits-1:0]                            step_count_i,
    input  logic                                                step_begins_i,
    input  logic                                                step_ends_i,
    input  logic                                                step_fresh_i,
    input  logic [     LaneBits-1:0]                            step_columns_i,
    input  logic [  AddressBits-1:0]                            step_address_i,
    input  logic [    ChunkBits-1:0]                            step_last_chunk_i,
    input  logic                                                step_scaled_i,
    input  logic                                                step_bipolar_i,
    input  logic                                                step_signed_i,
    input  logic [              3:0]                            step_bits_i,
    input  logic                                                step_structured_i,
    input  logic [      LogBits-1:0]                            step_log_n_i,
    input  logic [      LogBits-1:0]                            step_log_m_i,
    input  logic [    GroupBits-1:0]                            step_part_groups_i,
    input  logic [    GroupBits-1:0]                            step_section_groups_i,
    input  logic                                                scale_valid_i,
    output logic                                                scale_ready_o,
    input  logic [EpilogueLanes-1:0][           31:0]           scale_column_i,
    input  logic [EpilogueLanes-1:0][           31:0]           scale_row_i,
    input  logic                                                host_write_i,
    input  logic [  AddressBits-1:0]                            host_address_i,
    input  logic [EpilogueLanes-1:0][           31:0]           host_data_i,
    output logic [EpilogueLanes-1:0]                            retire_valid_o,
    output logic [  AddressBits-1:0]                            retire_address_o,
    output logic [EpilogueLanes-1:0][           31:0]           retire_o
);
  logic [AddressBits-1:0] read_address;
  logic [EpilogueLanes-1:0][31:0] read;

  dsp_chain_array #(
      .Rows            (Rows),
      .Columns         (Columns),
      .ChainLength     (ChainLength),
      .EpilogueLanes   (EpilogueLanes),
      .OverflowAdjust  (OverflowAdjust),
      .LSPBits         (LSPBits),
      .SelectorInputs  (SelectorInputs),
      .ReductionNodes  (ReductionNodes),
      .AccumulatorWords(AccumulatorWords)
  ) u_array (
      .read_address_o(read_address),
      .read_i        (read),
      .*
  );

  accumulator_file #(
      .Words(AccumulatorWords),
      .Lanes(EpilogueLanes)
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
