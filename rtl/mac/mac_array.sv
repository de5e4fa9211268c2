// Weight-stationary array of integer multipliers (engine `mac`, int8 operands): Rows lanes of K feed an adder tree in each of
// Columns columns; N:M structured weights pick their activations in front of the multipliers.
//
// A row of activations is accepted per cycle (see stationary_control). Its sums are at the accumulators after: operand
// register, [selector register for structured weights], product register, adder tree registers, then stationary_epilogue.
`include "registers.svh"

module mac_array #(
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 8,
    parameter int unsigned EpilogueLanes = 8,
    parameter int unsigned PartialRows = 8,
    // Greatest m of N:M structured weights, a power of two; 1 has no selectors.
    parameter int unsigned SelectorInputs = 4,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1,
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned Window = Rows * SelectorInputs,
    localparam int unsigned PositionBits = SelectorInputs > 1 ? $clog2(SelectorInputs) : 1,
    localparam int unsigned LogBits = SelectorInputs > 1 ? $clog2($clog2(SelectorInputs) + 1) : 1
) (
    input  logic                                     clk_i,
    input  logic                                     rst_ni,
    input  logic                                     en_i,
    // Weights, one K row of a tile per beat, less their zero points.
    input  logic                                     weight_valid_i,
    output logic                                     weight_ready_o,
    input  logic                                     weight_last_i,
    input  logic [      Columns-1:0][           8:0] weight_value_i,
    input  logic [      Columns-1:0][PositionBits-1:0] weight_position_i,
    // Activations, one row of a tile per beat: those of dense weights in the first Rows lanes.
    input  logic                                     row_valid_i,
    output logic                                     row_ready_o,
    input  logic                                     row_last_i,
    input  logic [       Window-1:0][           8:0] row_value_i,
    input  logic                                     row_structured_i,
    input  logic [      LogBits-1:0]                 row_log_n_i,
    input  logic [      LogBits-1:0]                 row_log_m_i,
    input  logic                                     row_scaled_i,
    input  logic                                     row_begins_i,
    input  logic                                     row_ends_i,
    input  logic                                     row_fresh_i,
    input  logic [  PartialBits-1:0]                 row_partial_i,
    input  logic [  AddressBits-1:0]                 row_address_i,
    input  logic [    ChunkBits-1:0]                 row_last_chunk_i,
    // Scales of the columns of a chunk and of the row that leave.
    input  logic                                     scale_valid_i,
    output logic                                     scale_ready_o,
    input  logic [EpilogueLanes-1:0][          31:0] scale_column_i,
    input  logic [             31:0]                 scale_row_i,
    output logic [  AddressBits-1:0]                 read_address_o,
    input  logic [      Columns-1:0][          31:0] read_i,
    output logic [      Columns-1:0]                 retire_valid_o,
    output logic [  AddressBits-1:0]                 retire_address_o,
    output logic [      Columns-1:0][          31:0] retire_o
);
  localparam int unsigned RowIndexBits = Rows > 1 ? $clog2(Rows) : 1;

  typedef struct packed {
    logic scaled;
    logic begins;
    logic ends;
    logic fresh;
    logic [PartialBits-1:0] partial;
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] last_chunk;
  } tag_t;

  logic load, issue, swap;
  logic [RowIndexBits-1:0] load_row;
  logic [ChunkBits-1:0] hold;

  // A row that leaves occupies the array as long as its chunks take.
  assign hold = row_scaled_i && row_ends_i ? row_last_chunk_i : '0;

  stationary_control #(
      .Rows     (Rows),
      .HoldLimit((1 << ChunkBits) - 1)
  ) u_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .weight_valid_i,
      .weight_ready_o,
      .weight_last_i,
      .row_valid_i,
      .row_ready_o,
      .row_last_i,
      .row_hold_i(hold),
      .row_wait_i(1'b0),
      .load_o    (load),
      .load_row_o(load_row),
      .issue_o   (issue),
      .swap_o    (swap)
  );

  logic [Window-1:0][8:0] operands_q;
  tag_t tag, tag_q;
  logic issue_q;

  assign tag = '{
          scaled: row_scaled_i,
          begins: row_begins_i,
          ends: row_ends_i,
          fresh: row_fresh_i,
          partial: row_partial_i,
          address: row_address_i,
          last_chunk: row_last_chunk_i
      };
  `DATA_REGISTER(operands_q, row_value_i)
  `DATA_REGISTER(tag_q, tag)
  `CONTROL_REGISTER(issue_q, issue, 1'b0)

  // What the multipliers see, and when.
  logic [Columns-1:0][Rows-1:0][8:0] operands, weights;
  logic enter;
  tag_t enter_tag;

  if (SelectorInputs > 1) begin : gen_selectors
    weight_selectors #(
        .Rows          (Rows),
        .Columns       (Columns),
        .SelectorInputs(SelectorInputs),
        .WeightBits    (9)
    ) u_selectors (
        .clk_i,
        .rst_ni,
        .en_i,
        .structured_i   (row_structured_i),
        .log_n_i        (row_log_n_i),
        .log_m_i        (row_log_m_i),
        .load_i         (load),
        .load_row_i     (load_row),
        .load_value_i   (weight_value_i),
        .load_position_i(weight_position_i),
        .swap_i         (swap),
        .window_i       (operands_q),
        .operands_o     (operands),
        .weights_o      (weights)
    );
    tag_t late_tag_q;
    logic late_q;
    `DATA_REGISTER(late_tag_q, tag_q)
    `CONTROL_REGISTER(late_q, issue_q, 1'b0)
    assign enter = row_structured_i ? late_q : issue_q;
    assign enter_tag = row_structured_i ? late_tag_q : tag_q;
  end else begin : gen_dense
    logic [Rows-1:0][Columns-1:0][8:0] active;
    weight_buffer #(
        .Rows   (Rows),
        .RowBits(Columns * 9)
    ) u_weights (
        .clk_i,
        .rst_ni,
        .en_i,
        .load_i     (load),
        .load_row_i (load_row),
        .load_data_i(weight_value_i),
        .swap_i     (swap),
        .active_o   (active)
    );
    for (genvar column = 0; column < Columns; column++) begin : gen_columns
      assign operands[column] = operands_q;
      for (genvar row = 0; row < Rows; row++) begin : gen_rows
        assign weights[column][row] = active[row][column];
      end
    end
    assign enter = issue_q;
    assign enter_tag = tag_q;
    logic unused_structure;
    assign unused_structure = ^{row_structured_i, row_log_n_i, row_log_m_i, weight_position_i};
  end

  logic [Columns-1:0][31:0] sums;
  for (genvar column = 0; column < Columns; column++) begin : gen_sums
    mac_column #(
        .Rows(Rows)
    ) u_column (
        .clk_i,
        .en_i,
        .activations_i(operands[column]),
        .weights_i    (weights[column]),
        .sum_o        (sums[column])
    );
  end

  logic sums_valid;
  tag_t sums_tag;
  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(1 + $clog2(Rows))
  ) u_tags (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(enter),
      .value_i(enter_tag),
      .valid_o(sums_valid),
      .value_o(sums_tag)
  );

  stationary_epilogue #(
      .Columns         (Columns),
      .Lanes           (EpilogueLanes),
      .PartialRows     (PartialRows),
      .AccumulatorWords(AccumulatorWords)
  ) u_epilogue (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i     (sums_valid),
      .sums_i      (sums),
      .scaled_i    (sums_tag.scaled),
      .begins_i    (sums_tag.begins),
      .ends_i      (sums_tag.ends),
      .fresh_i     (sums_tag.fresh),
      .partial_i   (sums_tag.partial),
      .address_i   (sums_tag.address),
      .last_chunk_i(sums_tag.last_chunk),
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
