// Weight-stationary array of fusion units (engine `bitfusion`): Rows units along K feed an adder tree in each of Columns columns.
// A unit takes as many neighbouring k as its bricks make products. One more column, whose weights are ones, sums the
// activations that the correction of a group's sum needs.
//
// A row of activations is accepted per cycle (see stationary_control). Its sums are at the accumulators after: operand
// register, brick product register, shift-and-add registers of a unit, adder tree registers, then group_epilogue.
`include "registers.svh"

module fusion_array #(
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 8,
    parameter int unsigned EpilogueLanes = 8,
    parameter int unsigned PartialRows = 8,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1,
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                                clk_i,
    input  logic                                rst_ni,
    input  logic                                en_i,
    // Eight bits of weights per column and beat: four digits, of as many neighbouring k as they are enough for.
    input  logic                                weight_valid_i,
    output logic                                weight_ready_o,
    input  logic                                weight_last_i,
    input  logic [      Columns-1:0][      7:0] weight_digits_i,
    // k of the beat that the tile has.
    input  logic [              3:0]            weight_filled_i,
    // log2 of the digits of a weight and of an activation.
    input  logic [              1:0]            weight_log_digits_i,
    input  logic [              1:0]            weight_log_activation_digits_i,
    // Digits of the activations, one row of a tile per beat: up to 16 for each unit.
    input  logic                                row_valid_i,
    output logic                                row_ready_o,
    input  logic                                row_last_i,
    input  logic [         Rows-1:0][     31:0] row_digits_i,
    // The same for all rows of an instruction; a new instruction waits until the array is empty.
    input  logic [              1:0]            row_log_digits_i,
    input  logic [              1:0]            row_log_weight_digits_i,
    input  logic                                row_signed_i,
    input  logic                                row_weight_signed_i,
    input  logic                                row_scaled_i,
    // Sums leave through the lanes that correct and scale.
    input  logic                                row_corrects_i,
    input  logic                                row_doubles_i,
    input  logic                                row_begins_i,
    input  logic                                row_ends_i,
    input  logic                                row_fresh_i,
    input  logic [  PartialBits-1:0]            row_partial_i,
    input  logic [  AddressBits-1:0]            row_address_i,
    input  logic [    ChunkBits-1:0]            row_last_chunk_i,
    input  logic                                zero_valid_i,
    output logic                                zero_ready_o,
    input  logic [EpilogueLanes-1:0][     16:0] zero_factor_i,
    input  logic                                scale_valid_i,
    output logic                                scale_ready_o,
    input  logic [EpilogueLanes-1:0][     31:0] scale_column_i,
    input  logic [             31:0]            scale_row_i,
    output logic [  AddressBits-1:0]            read_address_o,
    input  logic [      Columns-1:0][     31:0] read_i,
    output logic [      Columns-1:0]            retire_valid_o,
    output logic [  AddressBits-1:0]            retire_address_o,
    output logic [      Columns-1:0][     31:0] retire_o
);
  // Registers of eight bits for the weights of a unit.
  localparam int unsigned Parts = 4;
  localparam int unsigned LoadRows = Parts * Rows;
  localparam int unsigned LoadBits = $clog2(LoadRows);
  localparam int unsigned SumBits = 18 + $clog2(Rows);

  typedef struct packed {
    logic [1:0] log_digits;
    logic [1:0] log_weight_digits;
    logic is_signed;
    logic weight_signed;
    logic scaled;
    logic corrects;
    logic doubles;
  } instruction_t;

  typedef struct packed {
    logic begins;
    logic ends;
    logic fresh;
    logic [PartialBits-1:0] partial;
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] last_chunk;
  } tag_t;

  logic load, issue, swap;
  logic [LoadBits-1:0] load_beat, load_part;
  logic [ChunkBits-1:0] hold;

  // A row that leaves through the lanes occupies the array as long as its chunks take.
  assign hold = row_corrects_i && row_ends_i ? row_last_chunk_i : '0;

  stationary_control #(
      .Rows     (LoadRows),
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
      .load_row_o(load_beat),
      .issue_o   (issue),
      .swap_o    (swap)
  );

  logic [Rows-1:0][31:0] operands_q;
  instruction_t instruction, instruction_q;
  tag_t tag, tag_q;
  logic issue_q;

  assign instruction = '{
          log_digits: row_log_digits_i,
          log_weight_digits: row_log_weight_digits_i,
          is_signed: row_signed_i,
          weight_signed: row_weight_signed_i,
          scaled: row_scaled_i,
          corrects: row_corrects_i,
          doubles: row_doubles_i
      };
  assign tag = '{
          begins: row_begins_i,
          ends: row_ends_i,
          fresh: row_fresh_i,
          partial: row_partial_i,
          address: row_address_i,
          last_chunk: row_last_chunk_i
      };
  `DATA_REGISTER(operands_q, row_digits_i)
  `LOAD_REGISTER(instruction_q, instruction, issue)
  `DATA_REGISTER(tag_q, tag)
  `CONTROL_REGISTER(issue_q, issue, 1'b0)

  // A unit that takes wide activations has work for fewer weights: it is filled by one, two or four beats.
  fusion_place #(
      .Beats(LoadRows)
  ) u_place (
      .beat_i                 (load_beat),
      .log_activation_digits_i(weight_log_activation_digits_i),
      .part_o                 (load_part)
  );

  logic [3:0][1:0] ones;
  fusion_ones u_ones (
      .filled_i    (weight_filled_i),
      .log_digits_i(weight_log_digits_i),
      .ones_o      (ones)
  );

  // The last column is that of the ones.
  logic [LoadRows-1:0][Columns:0][7:0] active;
  weight_buffer #(
      .Rows   (LoadRows),
      .RowBits(8 * (Columns + 1))
  ) u_weights (
      .clk_i,
      .rst_ni,
      .en_i,
      .load_i     (load),
      .load_row_i (load_part),
      .load_data_i({ones, weight_digits_i}),
      .swap_i     (swap),
      .active_o   (active)
  );

  logic [Columns:0][SumBits-1:0] sums;
  logic [Columns:0][31:0] extended_sums;
  for (genvar column = 0; column <= Columns; column++) begin : gen_columns
    logic [Rows-1:0][Parts-1:0][7:0] weights;
    for (genvar row = 0; row < Rows; row++) begin : gen_rows
      for (genvar part = 0; part < Parts; part++) begin : gen_parts
        assign weights[row][part] = active[Parts*row+part][column];
      end
    end
    fusion_column #(
        .Rows(Rows)
    ) u_column (
        .clk_i,
        .en_i,
        .activations_i          (operands_q),
        .weights_i              (weights),
        .log_activation_digits_i(instruction_q.log_digits),
        .log_weight_digits_i    (instruction_q.log_weight_digits),
        .activation_signed_i    (instruction_q.is_signed),
        .weight_signed_i        (instruction_q.weight_signed),
        .sum_o                  (sums[column])
    );
    assign extended_sums[column] = 32'($signed(sums[column]));
  end

  logic sums_valid;
  tag_t sums_tag;
  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(5 + $clog2(Rows))
  ) u_tags (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(issue_q),
      .value_i(tag_q),
      .valid_o(sums_valid),
      .value_o(sums_tag)
  );

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
      .valid_i          (sums_valid),
      .sums_i           (extended_sums[Columns-1:0]),
      .activation_sums_i(extended_sums[Columns]),
      .scaled_i         (instruction_q.scaled),
      .corrects_i       (instruction_q.corrects),
      .doubles_i        (instruction_q.doubles),
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
