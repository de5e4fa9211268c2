// One array of lookup units (engine `lut-tc`): the tables of TileM rows serve TileN columns of weights, one bit plane of TileK
// weights per column and cycle. Output-stationary: sums stay in their lanes until a segment ends, then move to shadow
// registers, from which rows leave while the next segment is looked up.
//
// Registers between a lookup that is taken (see lut_control) and the retire port: operands, lookup, sum or shadow, zero
// correction, then those of accumulator_port. Further rows follow (see lut_leave).
//
// The variants of the published ablation (arXiv 2408.06003): full tables (TableEntries), half tables whose signs are folded
// here (FoldsSigns), half tables and weights folded offline, each with tables built elsewhere or here (BuildsTables).
// N:M weights whose columns share their positions need selectors in front of the builder (SelectorInputs); everything behind it
// is dense.
`include "registers.svh"

module lut_tensor_core #(
    parameter int unsigned TileM = 2,
    parameter int unsigned TileN = 64,
    parameter int unsigned TileK = 4,
    // 2^TileK of full tables, or half as many.
    parameter int unsigned TableEntries = 8,
    parameter int unsigned EntryBits = 16,
    // Entries are rounded codes.
    parameter int unsigned RoundedEntries = 0,
    parameter int unsigned EpilogueLanes = 4,
    // Weights for half tables come as they are.
    parameter int unsigned FoldsSigns = 0,
    // Activations come in place of tables.
    parameter int unsigned BuildsTables = 0,
    // Greatest m of N:M weights whose activations are selected here, a power of two; 1 has no selectors.
    parameter int unsigned SelectorInputs = 1,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned Lanes = EpilogueLanes < TileN ? EpilogueLanes : TileN,
    localparam int unsigned Chunks = (TileN + Lanes - 1) / Lanes,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned RowBits = TileM > 1 ? $clog2(TileM) : 1,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned RowOperandBits = BuildsTables != 0 ? TileK * SelectorInputs * 9 : TableEntries * EntryBits,
    localparam int unsigned PositionBits = SelectorInputs > 1 ? $clog2(SelectorInputs) : 1,
    localparam int unsigned LogBits = $clog2(PositionBits + 1),
    localparam int unsigned CountBits = $clog2(TileK + 1)
) (
    input  logic                                 clk_i,
    input  logic                                 rst_ni,
    input  logic                                 en_i,
    // The tables of one step of K, taken with the first plane of its weights.
    input  logic                                 table_valid_i,
    output logic                                 table_ready_o,
    input  logic [ TileM-1:0][RowOperandBits-1:0] table_value_i,
    // Which of these activations go into the tables, the same for all rows (lut_select).
    input  logic [ TileK-1:0][PositionBits-1:0]  table_position_i,
    input  logic [PositionBits-1:0]              table_offset_i,
    input  logic [CountBits-1:0]                 table_count_i,
    input  logic [  LogBits-1:0]                 table_log_n_i,
    input  logic [  LogBits-1:0]                 table_log_m_i,
    // Planes of the weights, less one.
    input  logic [      2:0]                     table_planes_i,
    // The last table of a segment, of the instruction.
    input  logic                                 table_ends_i,
    input  logic                                 table_last_i,
    input  logic                                 table_scaled_i,
    // Weights have zero points, which the sums are corrected for.
    input  logic                                 table_affine_i,
    // Nothing of this output tile is in the accumulators yet.
    input  logic                                 table_fresh_i,
    // Word of the tile's first row; rows and chunks of columns in use, less one.
    input  logic [AddressBits-1:0]               table_address_i,
    input  logic [  RowBits-1:0]                 table_last_row_i,
    input  logic [ChunkBits-1:0]                 table_last_chunk_i,
    // One plane of the weights of all columns.
    input  logic                                 weight_valid_i,
    output logic                                 weight_ready_o,
    input  logic [ TileN-1:0][        TileK-1:0] weight_index_i,
    // Zero points z' of the columns that leave (scaled: of the chunk), taken when ready.
    input  logic                                 zero_valid_i,
    output logic                                 zero_ready_o,
    input  logic [ TileN-1:0][              9:0] zero_value_i,
    // Scales of the chunk, one cycle behind.
    input  logic                                 scale_valid_i,
    output logic                                 scale_ready_o,
    input  logic [ Lanes-1:0][             31:0] scale_column_i,
    input  logic [     31:0]                     scale_row_i,
    output logic [AddressBits-1:0]               read_address_o,
    input  logic [ TileN-1:0][             31:0] read_i,
    output logic [ TileN-1:0]                    retire_valid_o,
    output logic [AddressBits-1:0]               retire_address_o,
    output logic [ TileN-1:0][             31:0] retire_o,
    // The last turn of the instruction is at the retire port.
    output logic                                 complete_o
);
  localparam int unsigned LeaveLimit = TileM * Chunks - 1;
  localparam int unsigned LeaveBits = LeaveLimit > 0 ? $clog2(LeaveLimit + 1) : 1;

  // What goes with the sums of an output tile.
  typedef struct packed {
    logic last;
    logic scaled;
    logic affine;
    logic fresh;
    logic [AddressBits-1:0] address;
    logic [RowBits-1:0] last_row;
    logic [ChunkBits-1:0] last_chunk;
  } tag_t;

  // Control of a lookup.
  typedef struct packed {
    logic [2:0] plane;
    logic restart;
    logic move;
  } lookup_t;

  logic issue, load;
  lookup_t lookup, operand_q, value_q;

  lut_control #(
      .LeaveLimit(LeaveLimit)
  ) u_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .table_valid_i,
      .table_ready_o,
      .planes_i (table_planes_i),
      .ends_i   (table_ends_i),
      .last_i   (table_last_i),
      .leave_i  (table_scaled_i ? LeaveBits'(LeaveLimit) : LeaveBits'(TileM - 1)),
      .weight_valid_i,
      .weight_ready_o,
      .issue_o  (issue),
      .load_o   (load),
      .plane_o  (lookup.plane),
      .restart_o(lookup.restart),
      .move_o   (lookup.move)
  );

  // Operand registers.
  logic [TileM-1:0][TableEntries-1:0][EntryBits-1:0] entries, entries_q;
  logic [TileN-1:0][TileK-1:0] indices_q, indices;
  logic issue_q, value_valid_q;
  tag_t tag, operand_tag_q, value_tag_q;

  for (genvar row = 0; row < TileM; row++) begin : gen_tables
    if (BuildsTables != 0) begin : gen_builder
      logic [TileK-1:0][8:0] activations;
      if (SelectorInputs > 1) begin : gen_select
        lut_select #(
            .TileK         (TileK),
            .SelectorInputs(SelectorInputs)
        ) u_select (
            .window_i   (table_value_i[row]),
            .positions_i(table_position_i),
            .offset_i   (table_offset_i),
            .count_i    (table_count_i),
            .log_n_i    (table_log_n_i),
            .log_m_i    (table_log_m_i),
            .selected_o (activations)
        );
      end else begin : gen_all
        assign activations = table_value_i[row];
      end
      lut_table_builder #(
          .TileK       (TileK),
          .TableEntries(TableEntries),
          .EntryBits   (EntryBits)
      ) u_builder (
          .activations_i(activations),
          .entries_o    (entries[row])
      );
    end else begin : gen_built
      assign entries[row] = table_value_i[row];
    end
  end

  if (SelectorInputs == 1) begin : gen_no_select
    logic unused_select;
    assign unused_select = ^{
        table_position_i, table_offset_i, table_count_i, table_log_n_i, table_log_m_i
    };
  end

  assign tag = '{
          last: table_last_i,
          scaled: table_scaled_i,
          affine: table_affine_i,
          fresh: table_fresh_i,
          address: table_address_i,
          last_row: table_last_row_i,
          last_chunk: table_last_chunk_i
      };
  `LOAD_REGISTER(entries_q, entries, load)
  `LOAD_REGISTER(operand_tag_q, tag, load)
  `DATA_REGISTER(indices_q, weight_index_i)
  `DATA_REGISTER(operand_q, lookup)
  `CONTROL_REGISTER(issue_q, issue, 1'b0)

  for (genvar column = 0; column < TileN; column++) begin : gen_indices
    if (FoldsSigns != 0) begin : gen_fold
      lut_fold #(
          .TileK(TileK)
      ) u_fold (
          .index_i (indices_q[column]),
          .folded_o(indices[column])
      );
    end else begin : gen_folded
      assign indices[column] = indices_q[column];
    end
  end

  // Lanes.
  logic [TileM-1:0][TileN-1:0][32:0] shadows;
  logic [TileM-1:0][32:0] group_sums;

  `DATA_REGISTER(value_q, operand_q)
  `DATA_REGISTER(value_tag_q, operand_tag_q)
  `CONTROL_REGISTER(value_valid_q, issue_q, 1'b0)

  for (genvar row = 0; row < TileM; row++) begin : gen_rows
    lut_row #(
        .TileN       (TileN),
        .TileK       (TileK),
        .TableEntries(TableEntries),
        .EntryBits   (EntryBits)
    ) u_row (
        .clk_i,
        .en_i,
        .entries_i    (entries_q[row]),
        .indices_i    (indices),
        .first_plane_i(operand_q.plane == '0),
        .valid_i      (value_valid_q),
        .plane_i      (value_q.plane),
        .restart_i    (value_q.restart),
        .move_i       (value_q.move),
        .shadows_o    (shadows[row]),
        .group_sum_o  (group_sums[row])
    );
  end

  // Rows leave.
  logic moves, leaves, ends;
  logic [RowBits-1:0] row;
  logic [ChunkBits-1:0] chunk;
  tag_t leaving_q;

  assign moves = value_valid_q && value_q.move;
  `LOAD_REGISTER(leaving_q, value_tag_q, moves)

  lut_leave #(
      .Rows  (TileM),
      .Chunks(Chunks)
  ) u_leave (
      .clk_i,
      .rst_ni,
      .en_i,
      .move_i      (moves),
      .scaled_i    (value_tag_q.scaled),
      .last_row_i  (value_tag_q.last_row),
      .last_chunk_i(value_tag_q.last_chunk),
      .row_o       (row),
      .chunk_o     (chunk),
      .leaves_o    (leaves),
      .ends_o      (ends)
  );

  lut_epilogue #(
      .TileN           (TileN),
      .Lanes           (Lanes),
      .RoundedEntries  (RoundedEntries),
      .AccumulatorWords(AccumulatorWords)
  ) u_epilogue (
      .clk_i,
      .rst_ni,
      .en_i,
      .leaves_i   (leaves),
      .completes_i(ends && leaving_q.last),
      .sums_i     (shadows[row]),
      .group_sum_i(group_sums[row]),
      .chunk_i    (chunk),
      .scaled_i   (leaving_q.scaled),
      .affine_i   (leaving_q.affine),
      .fresh_i    (leaving_q.fresh),
      .address_i  (leaving_q.address + AddressBits'(row)),
      .zero_valid_i,
      .zero_ready_o,
      .zero_value_i,
      .scale_valid_i,
      .scale_ready_o,
      .scale_column_i,
      .scale_row_i,
      .read_address_o,
      .read_i,
      .retire_valid_o,
      .retire_address_o,
      .retire_o,
      .complete_o
  );

  logic unused_tag;
  assign unused_tag = ^{leaving_q.last_row, leaving_q.last_chunk};
endmodule
