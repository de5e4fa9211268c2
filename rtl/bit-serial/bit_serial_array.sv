// Output-stationary array of AND gates and ones counters (engine `bit-serial`): Rows x Columns units hold a sum each. One bit plane
// of the activations meets one of the weights per cycle. One more column of units, whose planes have a one for every k that
// is there, sums the activations.
//
// A pair of planes is taken per cycle (see step_control). Its sums are at the accumulators after: plane registers, counter
// tree registers, shift register, sum registers, shadow registers, the register of the row that leaves, then
// correction_lanes.
`include "registers.svh"

module bit_serial_array #(
    parameter int unsigned Rows = 4,
    parameter int unsigned Columns = 8,
    parameter int unsigned Lanes = 32,
    parameter int unsigned EpilogueLanes = 8,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned RowBits = Rows > 1 ? $clog2(Rows) : 1,
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned HoldBits = Rows * Chunks > 1 ? $clog2(Rows * Chunks) : 1
) (
    input  logic                                clk_i,
    input  logic                                rst_ni,
    input  logic                                en_i,
    // A plane of each row and of each column, for Lanes bits of K.
    input  logic                                step_valid_i,
    output logic                                step_ready_o,
    input  logic [         Rows-1:0][Lanes-1:0] step_row_i,
    input  logic [      Columns-1:0][Lanes-1:0] step_column_i,
    // Bits of K that the chunk has, and whether the plane of the weights is the first to meet that of the activations.
    input  logic [        Lanes-1:0]            step_filled_i,
    input  logic                                step_first_i,
    // Places of both planes together, and whether one of them is a sign.
    input  logic [              3:0]            step_places_i,
    input  logic                                step_negate_i,
    // The first and the last step of a segment.
    input  logic                                step_begins_i,
    input  logic                                step_ends_i,
    input  logic                                step_scaled_i,
    input  logic                                step_doubles_i,
    // Nothing of these outputs is in the accumulators yet.
    input  logic                                step_fresh_i,
    // Of the first row; a word per row. Rows and chunks of columns in use, less one, and the cycles in which they leave, less
    // one.
    input  logic [  AddressBits-1:0]            step_address_i,
    input  logic [      RowBits-1:0]            step_last_row_i,
    input  logic [    ChunkBits-1:0]            step_last_chunk_i,
    input  logic [     HoldBits-1:0]            step_hold_i,
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
  localparam int unsigned TreeLevels = Lanes > 1 ? $clog2(Lanes) : 1;

  // What goes beside the sums of a row on their way out.
  typedef struct packed {
    logic scaled;
    logic doubles;
    logic fresh;
    logic [AddressBits-1:0] address;
  } way_t;

  // What goes beside the planes.
  typedef struct packed {
    logic [3:0] places;
    logic negate;
    logic begins;
    logic ends;
    logic [RowBits-1:0] last_row;
    logic [ChunkBits-1:0] last_chunk;
    way_t way;
  } tag_t;

  logic issue;
  step_control #(
      .HoldBits(HoldBits)
  ) u_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .step_valid_i,
      .step_ready_o,
      .step_ends_i,
      .step_hold_i,
      .issue_o(issue)
  );

  // Plane registers, the column of ones behind the others.
  logic [Rows-1:0][Lanes-1:0] rows_q;
  logic [Columns:0][Lanes-1:0] columns_q;
  `DATA_REGISTER(rows_q, step_row_i)
  `DATA_REGISTER(columns_q, {step_first_i ? step_filled_i : '0, step_column_i})

  way_t way;
  tag_t tag, counted_tag, shifted_tag_q, summed_tag_q;
  logic counted, shifted_q, complete_q;

  assign way = '{
          scaled: step_scaled_i,
          doubles: step_doubles_i,
          fresh: step_fresh_i,
          address: step_address_i
      };
  assign tag = '{
          places: step_places_i,
          negate: step_negate_i,
          begins: step_begins_i,
          ends: step_ends_i,
          last_row: step_last_row_i,
          last_chunk: step_last_chunk_i,
          way: way
      };
  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(1 + TreeLevels)
  ) u_tags (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(issue),
      .value_i(tag),
      .valid_o(counted),
      .value_o(counted_tag)
  );
  `CONTROL_REGISTER(shifted_q, counted, 1'b0)
  `DATA_REGISTER(shifted_tag_q, counted_tag)
  `CONTROL_REGISTER(complete_q, shifted_q && shifted_tag_q.ends, 1'b0)
  `DATA_REGISTER(summed_tag_q, shifted_tag_q)

  // [row][column]
  logic [Rows-1:0][Columns:0][31:0] shadows;
  for (genvar row = 0; row < Rows; row++) begin : gen_rows
    for (genvar column = 0; column <= Columns; column++) begin : gen_columns
      bit_serial_unit #(
          .Lanes(Lanes)
      ) u_unit (
          .clk_i,
          .en_i,
          .row_i   (rows_q[row]),
          .column_i(columns_q[column]),
          .places_i(counted_tag.places),
          .negate_i(counted_tag.negate),
          .valid_i (shifted_q),
          .begins_i(shifted_tag_q.begins),
          .move_i  (complete_q),
          .shadow_o(shadows[row][column])
      );
    end
  end

  // Rows leave the shadow registers one after the other.
  logic leaves, leaves_q, unused_shift, unused_segment;
  logic [RowBits-1:0] row;
  logic [ChunkBits-1:0] chunk, chunk_q;
  way_t leaving_way, leaving_way_d, leaving_way_q;
  logic [Columns:0][31:0] sums_q;

  leave_control #(
      .RowBits  (RowBits),
      .ChunkBits(ChunkBits),
      .TagBits  ($bits(way_t))
  ) u_leave (
      .clk_i,
      .rst_ni,
      .en_i,
      .start_i     (complete_q),
      .last_row_i  (summed_tag_q.last_row),
      .last_chunk_i(summed_tag_q.last_chunk),
      .segment_i   (1'b0),
      .tag_i       (summed_tag_q.way),
      .valid_o     (leaves),
      .row_o       (row),
      .chunk_o     (chunk),
      .tag_o       (leaving_way),
      .shift_o     (unused_shift),
      .segment_o   (unused_segment)
  );
  always_comb begin
    leaving_way_d = leaving_way;
    leaving_way_d.address = leaving_way.address + AddressBits'(row);
  end
  `CONTROL_REGISTER(leaves_q, leaves, 1'b0)
  `DATA_REGISTER(chunk_q, chunk)
  `DATA_REGISTER(leaving_way_q, leaving_way_d)
  `DATA_REGISTER(sums_q, shadows[row])

  correction_lanes #(
      .Columns         (Columns),
      .Lanes           (EpilogueLanes),
      .ActivationSums  (1),
      .AccumulatorWords(AccumulatorWords)
  ) u_lanes (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i          (leaves_q),
      .sums_i           (sums_q[Columns-1:0]),
      .activation_sums_i(sums_q[Columns]),
      .chunk_i          (chunk_q),
      .scaled_i         (leaving_way_q.scaled),
      .corrects_i       (1'b1),
      .doubles_i        (leaving_way_q.doubles),
      .fresh_i          (leaving_way_q.fresh),
      .address_i        (leaving_way_q.address),
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
  assign unused_tag = ^{summed_tag_q.places, summed_tag_q.negate, summed_tag_q.begins, summed_tag_q.ends};
endmodule
