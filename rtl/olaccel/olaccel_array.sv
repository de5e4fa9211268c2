// Weight-stationary array of multipliers of four bits (engine `olaccel`), Rows along K in each of Columns columns, and OutlierLanes wide
// ones beside it for the weights that four bits do not hold. A row of activations is accepted per cycle (see stationary_control), and one
// for the outliers beside it (see outlier_control); the sums of a segment leave with both parts. One more column, whose weights are ones,
// sums the activations that the correction of a group's sum needs.
//
// Registers of a dense row: operand, product, adder tree, outlier sum, then group_epilogue.
`include "registers.svh"

module olaccel_array #(
    // Even.
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 8,
    parameter int unsigned OutlierLanes = 4,
    parameter int unsigned EpilogueLanes = 8,
    parameter int unsigned PartialRows = 8,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1,
    localparam int unsigned ColumnBits = Columns > 1 ? $clog2(Columns) : 1,
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                                      clk_i,
    input  logic                                      rst_ni,
    input  logic                                      en_i,
    // Weights of one k of all columns, less their centre; wide activations meet them in two rows.
    input  logic                                      weight_valid_i,
    output logic                                      weight_ready_o,
    input  logic                                      weight_last_i,
    input  logic [      Columns-1:0][            4:0] weight_value_i,
    input  logic                                      weight_wide_i,
    // Activations of two neighbouring rows each, as nibble_split takes them.
    input  logic                                      row_valid_i,
    output logic                                      row_ready_o,
    input  logic                                      row_last_i,
    input  logic [       Rows/2-1:0][            9:0] row_value_i,
    // The same for all rows of an instruction; a new instruction waits until the array is empty.
    input  logic                                      row_wide_i,
    input  logic                                      row_scaled_i,
    // Sums leave through the lanes that correct and scale.
    input  logic                                      row_corrects_i,
    input  logic                                      row_doubles_i,
    input  logic                                      row_begins_i,
    input  logic                                      row_ends_i,
    // The segment has outliers.
    input  logic                                      row_listed_i,
    input  logic                                      row_fresh_i,
    input  logic [  PartialBits-1:0]                  row_partial_i,
    input  logic [  AddressBits-1:0]                  row_address_i,
    input  logic [    ChunkBits-1:0]                  row_last_chunk_i,
    // Outliers of a turn, taken with its first row.
    input  logic                                      turn_valid_i,
    output logic                                      turn_ready_o,
    input  logic [ OutlierLanes-1:0][            7:0] turn_value_i,
    input  logic [ OutlierLanes-1:0][ ColumnBits-1:0] turn_column_i,
    input  logic [ OutlierLanes-1:0]                  turn_used_i,
    // First and last turn of a segment.
    input  logic                                      turn_first_i,
    input  logic                                      turn_last_i,
    // Activations of a row for the outliers of the turn.
    input  logic                                      outlier_valid_i,
    output logic                                      outlier_ready_o,
    input  logic [ OutlierLanes-1:0][            8:0] outlier_activation_i,
    input  logic [  PartialBits-1:0]                  outlier_partial_i,
    // The last row of the turn.
    input  logic                                      outlier_last_i,
    input  logic                                      zero_valid_i,
    output logic                                      zero_ready_o,
    input  logic [EpilogueLanes-1:0][           16:0] zero_factor_i,
    input  logic                                      scale_valid_i,
    output logic                                      scale_ready_o,
    input  logic [EpilogueLanes-1:0][           31:0] scale_column_i,
    input  logic [             31:0]                  scale_row_i,
    output logic [  AddressBits-1:0]                  read_address_o,
    input  logic [      Columns-1:0][           31:0] read_i,
    output logic [      Columns-1:0]                  retire_valid_o,
    output logic [  AddressBits-1:0]                  retire_address_o,
    output logic [      Columns-1:0][           31:0] retire_o
);
  localparam int unsigned Pairs = Rows / 2;
  localparam int unsigned PairBits = Pairs > 1 ? $clog2(Pairs) : 1;
  localparam int unsigned LoadBits = $clog2(Rows);
  localparam int unsigned SumBits = 14 + $clog2(Rows);
  localparam int unsigned DenseLevels = $clog2(Rows);
  // Of the tree, and the sum over turns. Where it is the deeper one, dense rows wait for outliers so much longer; else operands of
  // outliers do.
  localparam int unsigned OutlierLevels = $clog2(OutlierLanes) + 1;
  localparam int unsigned Delay = OutlierLevels > DenseLevels ? OutlierLevels - DenseLevels : 0;
  localparam int unsigned Skew = DenseLevels > OutlierLevels ? DenseLevels - OutlierLevels : 0;

  typedef struct packed {
    logic wide;
    logic scaled;
    logic corrects;
    logic doubles;
  } instruction_t;

  typedef struct packed {
    logic begins;
    logic ends;
    logic listed;
    logic fresh;
    logic [PartialBits-1:0] partial;
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] last_chunk;
  } tag_t;

  logic load, issue, swap, needs_outliers, outliers_ready, may_enter, control_ready;
  logic [LoadBits-1:0] load_row;
  logic [ChunkBits-1:0] hold;

  assign needs_outliers = row_listed_i && row_ends_i;
  assign may_enter = !needs_outliers || outliers_ready;
  assign row_ready_o = control_ready && may_enter;
  // A row that leaves through the lanes occupies the array as long as its chunks take.
  assign hold = row_corrects_i && row_ends_i ? row_last_chunk_i : '0;

  stationary_control #(
      .Rows     (Rows),
      .HoldLimit(Chunks > 1 ? (1 << ChunkBits) - 1 : 1)
  ) u_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .weight_valid_i,
      .weight_ready_o,
      .weight_last_i,
      .row_valid_i(row_valid_i && may_enter),
      .row_ready_o(control_ready),
      .row_last_i,
      .row_hold_i (hold),
      .row_wait_i (1'b0),
      .load_o     (load),
      .load_row_o (load_row),
      .issue_o    (issue),
      .swap_o     (swap)
  );

  logic outlier_issue, outlier_first;
  outlier_control #(
      .PartialRows(PartialRows),
      .Delay      (Delay)
  ) u_outlier_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .turn_valid_i,
      .turn_ready_o,
      .turn_first_i,
      .turn_last_i,
      .row_valid_i  (outlier_valid_i),
      .row_ready_o  (outlier_ready_o),
      .row_last_i   (outlier_last_i),
      .issue_o      (outlier_issue),
      .first_o      (outlier_first),
      .dense_ready_o(outliers_ready),
      .dense_issue_i(issue && needs_outliers),
      .dense_last_i (row_last_i)
  );

  // Operand registers.
  instruction_t instruction, instruction_q;
  tag_t tag, tag_q;
  logic [Pairs-1:0][9:0] values_q;
  logic issue_q;

  assign instruction = '{
          wide: row_wide_i,
          scaled: row_scaled_i,
          corrects: row_corrects_i,
          doubles: row_doubles_i
      };
  assign tag = '{
          begins: row_begins_i,
          ends: row_ends_i,
          listed: row_listed_i,
          fresh: row_fresh_i,
          partial: row_partial_i,
          address: row_address_i,
          last_chunk: row_last_chunk_i
      };
  `LOAD_REGISTER(instruction_q, instruction, issue)
  `DATA_REGISTER(values_q, row_value_i)
  `DATA_REGISTER(tag_q, tag)
  `CONTROL_REGISTER(issue_q, issue, 1'b0)

  // Two rows of weights are a pair: wide activations meet one weight in both.
  logic [Rows-1:0][Columns:0][4:0] active;
  logic [1:0] load_side;
  logic [PairBits-1:0] load_pair;
  assign load_side = {weight_wide_i || load_row[0], weight_wide_i || !load_row[0]};
  assign load_pair = weight_wide_i ? PairBits'(load_row) : PairBits'(load_row >> 1);
  for (genvar side = 0; side < 2; side++) begin : gen_sides
    logic [Pairs-1:0][Columns:0][4:0] own;
    weight_buffer #(
        .Rows   (Pairs),
        .RowBits(5 * (Columns + 1))
    ) u_weights (
        .clk_i,
        .rst_ni,
        .en_i,
        .load_i     (load && load_side[side]),
        .load_row_i (load_pair),
        // The last column is that of the ones.
        .load_data_i({5'd1, weight_value_i}),
        .swap_i     (swap),
        .active_o   (own)
    );
    for (genvar pair = 0; pair < Pairs; pair++) begin : gen_pairs
      assign active[2*pair+side] = own[pair];
    end
  end

  logic [Rows-1:0][4:0] activations;
  for (genvar pair = 0; pair < Pairs; pair++) begin : gen_activations
    nibble_split u_split (
        .value_i (values_q[pair]),
        .wide_i  (instruction_q.wide),
        .first_o (activations[2*pair]),
        .second_o(activations[2*pair+1])
    );
  end

  logic [Columns:0][SumBits-1:0] sums;
  for (genvar column = 0; column <= Columns; column++) begin : gen_columns
    logic [Rows-1:0][4:0] weights;
    for (genvar row = 0; row < Rows; row++) begin : gen_rows
      assign weights[row] = active[row][column];
    end
    nibble_column #(
        .Rows(Rows)
    ) u_column (
        .clk_i,
        .en_i,
        .activations_i(activations),
        .weights_i    (weights),
        .wide_i       (instruction_q.wide),
        .sum_o        (sums[column])
    );
  end

  logic sums_valid, total_valid_q;
  tag_t sums_tag, total_tag_q;
  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(1 + DenseLevels)
  ) u_tags (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(issue_q),
      .value_i(tag_q),
      .valid_o(sums_valid),
      .value_o(sums_tag)
  );

  logic [Columns-1:0][31:0] outlier_sums;
  outlier_unit #(
      .Lanes      (OutlierLanes),
      .Columns    (Columns),
      .PartialRows(PartialRows),
      .Skew       (Skew)
  ) u_outliers (
      .clk_i,
      .rst_ni,
      .en_i,
      .load_i        (turn_ready_o),
      .values_i      (turn_value_i),
      .columns_i     (turn_column_i),
      .used_i        (turn_used_i),
      .issue_i       (outlier_issue),
      .first_i       (outlier_first),
      .activations_i (outlier_activation_i),
      .partial_i     (outlier_partial_i),
      .read_partial_i(sums_tag.partial),
      .sums_o        (outlier_sums)
  );

  // Outlier sum registers: what leaves with the last tile of a segment.
  logic [Columns:0][31:0] total_d, total_q;
  for (genvar column = 0; column < Columns; column++) begin : gen_totals
    assign total_d[column] = 32'($signed(sums[column]))
        + (sums_tag.listed && sums_tag.ends ? outlier_sums[column] : '0);
  end
  assign total_d[Columns] = 32'($signed(sums[Columns]));
  `DATA_REGISTER(total_q, total_d)
  `DATA_REGISTER(total_tag_q, sums_tag)
  `CONTROL_REGISTER(total_valid_q, sums_valid, 1'b0)

  group_epilogue #(
      .Columns         (Columns),
      .Lanes           (EpilogueLanes),
      .PartialRows     (PartialRows),
      .ActivationSums  (1),
      .AccumulatorWords(AccumulatorWords)
  ) u_epilogue (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i          (total_valid_q),
      .sums_i           (total_q[Columns-1:0]),
      .activation_sums_i(total_q[Columns]),
      .scaled_i         (instruction_q.scaled),
      .corrects_i       (instruction_q.corrects),
      .doubles_i        (instruction_q.doubles),
      .begins_i         (total_tag_q.begins),
      .ends_i           (total_tag_q.ends),
      .fresh_i          (total_tag_q.fresh),
      .partial_i        (total_tag_q.partial),
      .address_i        (total_tag_q.address),
      .last_chunk_i     (total_tag_q.last_chunk),
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

  logic unused_tag;
  assign unused_tag = total_tag_q.listed;
endmodule
