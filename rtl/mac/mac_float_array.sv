// Weight-stationary array of float multipliers (engine `mac`, float operands): trees of 16 lanes in every column are added to
// the row's f32 sum one after the other.
//
// A row of activations is accepted per cycle (see stationary_control). Registers: operand, product, then those of float_sums.
`include "registers.svh"

module mac_float_array #(
    // A multiple of 16.
    parameter int unsigned Rows = 32,
    parameter int unsigned Columns = 4,
    parameter int unsigned EpilogueLanes = 4,
    parameter int unsigned PartialRows = 8,
    // Significant bits of an operand, the hidden one included.
    parameter int unsigned SignificandBits = 11,
    // Columns per cycle that a unit in front makes operands of; 0 is an array without one.
    parameter int unsigned DequantiseLanes = 0,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1,
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned PortBits = 12 + SignificandBits,
    localparam int unsigned CodeLanes = DequantiseLanes > 0 ? DequantiseLanes : 1,
    localparam int unsigned Trees = Rows / 16,
    localparam int unsigned TreeBits = $clog2(Trees + 1),
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
    // Or codes with their zero points and scales, as dequantise_rows takes them.
    input  logic                                  code_valid_i,
    output logic                                  code_ready_o,
    input  logic                                  code_last_i,
    input  logic [    CodeLanes-1:0][        8:0] code_value_i,
    input  logic [    CodeLanes-1:0][       15:0] code_zero_i,
    input  logic [    CodeLanes-1:0][       31:0] code_scale_i,
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
    output logic [  AddressBits-1:0]              read_address_o,
    input  logic [      Columns-1:0][       31:0] read_i,
    output logic [      Columns-1:0]              retire_valid_o,
    output logic [  AddressBits-1:0]              retire_address_o,
    output logic [      Columns-1:0][       31:0] retire_o
);
  localparam int unsigned RowIndexBits = Rows > 1 ? $clog2(Rows) : 1;

  typedef struct packed {
    logic segmented;
    logic converts;
    logic begins;
    logic ends;
    logic fresh;
    logic [PartialBits-1:0] partial;
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] last_chunk;
    logic [TreeBits-1:0] trees;
  } tag_t;

  logic load, issue, swap;
  logic [RowIndexBits-1:0] load_row;
  logic [TreeBits-1:0] trees;
  logic [ChunkBits-1:0] hold;

  assign trees = TreeBits'((32'(row_lanes_i) + 15) / 16);
  assign hold = row_segmented_i && !row_convert_i && row_ends_i ? row_last_chunk_i : '0;

  // A K row of weights from either side.
  logic loads_valid, loads_ready, loads_last;
  logic [Columns-1:0][PortBits-1:0] loads_value;
  if (DequantiseLanes > 0) begin : gen_dequantise
    logic dequantised, dequantised_last;
    logic [Columns-1:0][PortBits-1:0] dequantised_value;
    dequantise_rows #(
        .Columns        (Columns),
        .Lanes          (CodeLanes),
        .SignificandBits(SignificandBits)
    ) u_rows (
        .clk_i,
        .rst_ni,
        .en_i,
        .code_valid_i,
        .code_ready_o,
        .code_last_i,
        .code_value_i,
        .code_zero_i,
        .code_scale_i,
        .row_valid_o(dequantised),
        .row_ready_i(loads_ready),
        .row_last_o (dequantised_last),
        .row_value_o(dequantised_value)
    );
    assign loads_valid = weight_valid_i || dequantised;
    assign loads_last = weight_valid_i ? weight_last_i : dequantised_last;
    assign loads_value = weight_valid_i ? weight_value_i : dequantised_value;
  end else begin : gen_ports
    assign code_ready_o = 1'b0;
    assign loads_valid = weight_valid_i;
    assign loads_last = weight_last_i;
    assign loads_value = weight_value_i;
    logic unused_codes;
    assign unused_codes = ^{code_valid_i, code_last_i, code_value_i, code_zero_i, code_scale_i};
  end
  assign weight_ready_o = loads_ready;

  stationary_control #(
      .Rows     (Rows),
      .HoldLimit((1 << ChunkBits) - 1),
      .WaitLimit((1 << TreeBits) - 1)
  ) u_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .weight_valid_i(loads_valid),
      .weight_ready_o(loads_ready),
      .weight_last_i (loads_last),
      .row_valid_i,
      .row_ready_o,
      .row_last_i,
      .row_hold_i(hold),
      .row_wait_i(trees - TreeBits'(1)),
      .load_o    (load),
      .load_row_o(load_row),
      .issue_o   (issue),
      .swap_o    (swap)
  );

  logic [Rows-1:0][Columns-1:0][PortBits-1:0] active;
  weight_buffer #(
      .Rows   (Rows),
      .RowBits(Columns * PortBits)
  ) u_weights (
      .clk_i,
      .rst_ni,
      .en_i,
      .load_i     (load),
      .load_row_i (load_row),
      .load_data_i(loads_value),
      .swap_i     (swap),
      .active_o   (active)
  );

  logic [Rows-1:0][PortBits-1:0] operands_q;
  logic [CountBits-1:0] lanes_q;
  logic [Rows-1:0] used;
  `DATA_REGISTER(operands_q, row_value_i)
  `DATA_REGISTER(lanes_q, row_lanes_i)
  for (genvar row = 0; row < Rows; row++) begin : gen_used
    assign used[row] = CountBits'(row) < lanes_q;
  end

  tag_t tag, products_tag;
  logic products_valid;
  assign tag = '{
          segmented: row_segmented_i,
          converts: row_convert_i,
          begins: row_begins_i,
          ends: row_ends_i,
          fresh: row_fresh_i,
          partial: row_partial_i,
          address: row_address_i,
          last_chunk: row_last_chunk_i,
          trees: trees
      };
  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(2)
  ) u_tags (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(issue),
      .value_i(tag),
      .valid_o(products_valid),
      .value_o(products_tag)
  );

  logic [Columns-1:0][Rows-1:0][31:0] products;
  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    logic [Rows-1:0][PortBits-1:0] weights;
    for (genvar row = 0; row < Rows; row++) begin : gen_rows
      assign weights[row] = active[row][column];
    end
    mac_float_column #(
        .Rows           (Rows),
        .SignificandBits(SignificandBits)
    ) u_column (
        .clk_i,
        .en_i,
        .activations_i(operands_q),
        .weights_i    (weights),
        .used_i       (used),
        .products_o   (products[column])
    );
  end

  float_sums #(
      .Rows            (Rows),
      .Columns         (Columns),
      .EpilogueLanes   (EpilogueLanes),
      .PartialRows     (PartialRows),
      .AccumulatorWords(AccumulatorWords)
  ) u_sums (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i     (products_valid),
      .products_i  (products),
      .trees_i     (products_tag.trees),
      .segmented_i (products_tag.segmented),
      .convert_i   (products_tag.converts),
      .begins_i    (products_tag.begins),
      .ends_i      (products_tag.ends),
      .fresh_i     (products_tag.fresh),
      .partial_i   (products_tag.partial),
      .address_i   (products_tag.address),
      .last_chunk_i(products_tag.last_chunk),
      .scale_valid_i,
      .scale_ready_o,
      .scale_column_i,
      .scale_row_i,
      .read_address_o,
      .read_i,
      .retire_valid_o,
      .retire_address_o,
      .retire_o
  );
endmodule
