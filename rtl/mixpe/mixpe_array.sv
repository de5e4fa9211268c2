// Weight-stationary array of shift-and-add elements (engine `mixpe`, int8 operands): Rows lanes of K feed an adder tree in each
// of Columns columns of elements. Weights of more than BitsPerElement bits take neighbouring columns, whose sums are joined
// behind their trees. Codes are multiplied as they are stored; the sum of a group is corrected once.
//
// A row of activations is accepted per cycle (see stationary_control). Its sums are at the accumulators after: operand
// register, [selector register for structured weights], shift-and-add register, adder tree registers, join registers, then
// group_epilogue.
`include "registers.svh"

module mixpe_array #(
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 8,
    // 1, 2, 4 or 8; Columns is a multiple of 8 / BitsPerElement.
    parameter int unsigned BitsPerElement = 4,
    // As in shift_add_element.
    parameter int unsigned Signs = 0,
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
    localparam int unsigned LogBits = SelectorInputs > 1 ? $clog2($clog2(SelectorInputs) + 1) : 1,
    localparam int unsigned Levels = $clog2(8 / BitsPerElement),
    localparam int unsigned LevelBits = Levels > 0 ? $clog2(Levels + 1) : 1
) (
    input  logic                                       clk_i,
    input  logic                                       rst_ni,
    input  logic                                       en_i,
    // Unsigned codes of the weights, one K row of a tile per beat.
    input  logic                                       weight_valid_i,
    output logic                                       weight_ready_o,
    input  logic                                       weight_last_i,
    input  logic [      Columns-1:0][             7:0] weight_code_i,
    input  logic [      Columns-1:0][PositionBits-1:0] weight_position_i,
    // Bits of a code, less one; log2 of the elements that it takes.
    input  logic [              2:0]                   weight_width_i,
    input  logic [    LevelBits-1:0]                   weight_log_elements_i,
    // Activations, one row of a tile per beat: those of dense weights in the first Rows lanes.
    input  logic                                       row_valid_i,
    output logic                                       row_ready_o,
    input  logic                                       row_last_i,
    input  logic [       Window-1:0][             8:0] row_value_i,
    input  logic                                       row_structured_i,
    input  logic [      LogBits-1:0]                   row_log_n_i,
    input  logic [      LogBits-1:0]                   row_log_m_i,
    input  logic [    LevelBits-1:0]                   row_log_elements_i,
    input  logic                                       row_scaled_i,
    // Sums leave through the lanes that correct and scale.
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
    output logic [  AddressBits-1:0]                   read_address_o,
    input  logic [      Columns-1:0][            31:0] read_i,
    output logic [      Columns-1:0]                   retire_valid_o,
    output logic [  AddressBits-1:0]                   retire_address_o,
    output logic [      Columns-1:0][            31:0] retire_o
);
  localparam int unsigned RowIndexBits = Rows > 1 ? $clog2(Rows) : 1;
  // Columns that select their activations sum them on their own.
  localparam int unsigned ActivationSums = SelectorInputs > 1 ? Columns : 1;
  localparam int unsigned TreeBits = 9 + BitsPerElement + $clog2(Rows);
  localparam int unsigned ActivationSumBits = 9 + $clog2(Rows);

  // What an element's register holds; 0 in lanes that a tile does not fill.
  typedef struct packed {
    logic filled;
    logic negate;
    logic [BitsPerElement-1:0] digit;
  } weight_t;

  typedef struct packed {
    logic [LevelBits-1:0] log_elements;
    logic scaled;
    logic corrects;
    logic doubles;
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

  // A row that leaves through the lanes occupies the array as long as its chunks take.
  assign hold = row_corrects_i && row_ends_i ? row_last_chunk_i : '0;

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
  tag_t tag, tag_q, enter_tag;
  logic issue_q, enter;

  assign tag = '{
          log_elements: row_log_elements_i,
          scaled: row_scaled_i,
          corrects: row_corrects_i,
          doubles: row_doubles_i,
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

  // Weights on their way into the registers.
  logic [Columns-1:0][BitsPerElement-1:0] digits;
  logic [Columns-1:0] negates;
  logic [Columns-1:0][PositionBits-1:0] positions;
  weight_t [Columns-1:0] loaded;

  weight_digits #(
      .Columns       (Columns),
      .BitsPerElement(BitsPerElement),
      .Signs         (Signs),
      .PositionBits  (PositionBits)
  ) u_digits (
      .code_i        (weight_code_i),
      .position_i    (weight_position_i),
      .width_i       (weight_width_i),
      .log_elements_i(weight_log_elements_i),
      .digits_o      (digits),
      .negate_o      (negates),
      .positions_o   (positions)
  );
  for (genvar column = 0; column < Columns; column++) begin : gen_loaded
    assign loaded[column] = '{filled: 1'b1, negate: negates[column], digit: digits[column]};
  end

  // What the elements see, and when.
  logic [Columns-1:0][Rows-1:0][8:0] operands;
  weight_t [Columns-1:0][Rows-1:0] weights;

  if (SelectorInputs > 1) begin : gen_selectors
    weight_selectors #(
        .Rows          (Rows),
        .Columns       (Columns),
        .SelectorInputs(SelectorInputs),
        .WeightBits    ($bits(weight_t))
    ) u_selectors (
        .clk_i,
        .rst_ni,
        .en_i,
        .structured_i   (row_structured_i),
        .log_n_i        (row_log_n_i),
        .log_m_i        (row_log_m_i),
        .load_i         (load),
        .load_row_i     (load_row),
        .load_value_i   (loaded),
        .load_position_i(positions),
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
    weight_t [Rows-1:0][Columns-1:0] active;
    weight_buffer #(
        .Rows   (Rows),
        .RowBits(Columns * $bits(weight_t))
    ) u_weights (
        .clk_i,
        .rst_ni,
        .en_i,
        .load_i     (load),
        .load_row_i (load_row),
        .load_data_i(loaded),
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
    assign unused_structure = ^{row_structured_i, row_log_n_i, row_log_m_i, positions};
  end

  // Trees.
  logic [Columns-1:0][TreeBits-1:0] tree_sums;
  logic [ActivationSums-1:0][ActivationSumBits-1:0] activation_sums;

  for (genvar column = 0; column < Columns; column++) begin : gen_trees
    logic [Rows-1:0][BitsPerElement-1:0] column_digits;
    logic [Rows-1:0] column_negates, filled;
    logic is_highest;
    for (genvar row = 0; row < Rows; row++) begin : gen_rows
      assign column_digits[row] = weights[column][row].digit;
      assign column_negates[row] = weights[column][row].negate;
      assign filled[row] = weights[column][row].filled;
    end
    // The last neighbour of its weight.
    always_comb begin
      is_highest = 1'b0;
      for (int unsigned level = 0; level <= Levels; level++) begin
        if (enter_tag.log_elements == LevelBits'(level)) is_highest = (column + 1) % (1 << level) == 0;
      end
    end
    shift_add_column #(
        .Rows          (Rows),
        .BitsPerElement(BitsPerElement),
        .Signs         (Signs)
    ) u_column (
        .clk_i,
        .en_i,
        .activations_i(operands[column]),
        .digits_i     (column_digits),
        .negate_i     (column_negates),
        .highest_i    (is_highest),
        .sum_o        (tree_sums[column])
    );
    if (column < ActivationSums) begin : gen_activations
      activation_sum #(
          .Rows(Rows)
      ) u_activations (
          .clk_i,
          .en_i,
          .activations_i(operands[column]),
          .filled_i     (filled),
          .sum_o        (activation_sums[column])
      );
    end else begin : gen_shared
      logic unused_filled;
      assign unused_filled = ^filled;
    end
  end

  // Neighbours are joined; rows of narrower weights leave after fewer registers.
  logic tree_valid, sums_valid;
  tag_t tree_tag, sums_tag;
  logic [Columns-1:0][31:0] sums;
  logic [ActivationSums-1:0][31:0] joined_activations;

  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(1 + $clog2(Rows))
  ) u_tree_tags (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(enter),
      .value_i(enter_tag),
      .valid_o(tree_valid),
      .value_o(tree_tag)
  );

  element_join #(
      .Columns          (Columns),
      .BitsPerElement   (BitsPerElement),
      .TreeBits         (TreeBits),
      .ActivationSums   (ActivationSums),
      .ActivationSumBits(ActivationSumBits)
  ) u_join (
      .clk_i,
      .en_i,
      .sums_i           (tree_sums),
      .activation_sums_i(activation_sums),
      .log_elements_i   (sums_tag.log_elements),
      .sums_o           (sums),
      .activation_sums_o(joined_activations)
  );

  logic join_valid[Levels+1];
  tag_t join_tags[Levels+1];
  assign join_valid[0] = tree_valid;
  assign join_tags[0] = tree_tag;
  for (genvar level = 0; level < Levels; level++) begin : gen_join_tags
    `CONTROL_REGISTER(join_valid[level+1], join_valid[level], 1'b0)
    `DATA_REGISTER(join_tags[level+1], join_tags[level])
  end
  always_comb begin
    sums_valid = 1'b0;
    sums_tag = join_tags[0];
    for (int unsigned level = 0; level <= Levels; level++) begin
      if (join_valid[level] && join_tags[level].log_elements == LevelBits'(level)) begin
        sums_valid = 1'b1;
        sums_tag = join_tags[level];
      end
    end
  end

  group_epilogue #(
      .Columns         (Columns),
      .Lanes           (EpilogueLanes),
      .PartialRows     (PartialRows),
      .ActivationSums  (ActivationSums),
      .AccumulatorWords(AccumulatorWords)
  ) u_epilogue (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i          (sums_valid),
      .sums_i           (sums),
      .activation_sums_i(joined_activations),
      .scaled_i         (sums_tag.scaled),
      .corrects_i       (sums_tag.corrects),
      .doubles_i        (sums_tag.doubles),
      .begins_i         (sums_tag.begins),
      .ends_i           (sums_tag.ends),
      .fresh_i          (sums_tag.fresh),
      .partial_i        (sums_tag.partial),
      .address_i        (sums_tag.address),
      .last_chunk_i     (sums_tag.last_chunk),
      .zero_valid_i,
      .zero_ready_o,
      .zero_factor_i,
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
