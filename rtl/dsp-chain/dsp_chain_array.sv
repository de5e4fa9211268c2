// Output-stationary array of DSP48E2 chains (engine `dsp-chain`): Rows / 2 x Columns chains, each of which computes
// two dot products of ChainLength steps of K per cycle, of a pair of rows with a column. N:M weights cut a chain into
// parts with columns of their own. An instruction has one of two arrangements: for matrices as above, or all chains, up to
// VectorColumns, take the same pair of rows with a column each. Quads of 4-bit operands are of a row with four columns. Of blocks
// of 16 columns with an N of their own a chain takes 16 / N columns, which each step says.
//
// A step of K enters per cycle (see step_control). Its sums are at the accumulators after: activation and code
// registers, [sparse multiplexer registers], dequantise registers, dsp_chain, sum registers, leaving_sums,
// accumulate_lanes.
`include "registers.svh"

module dsp_chain_array #(
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 2,
    // At most Rows / 2 * Columns.
    parameter int unsigned VectorColumns = 8,
    parameter int unsigned ChainLength = 16,
    parameter int unsigned EpilogueLanes = 8,
    parameter int OverflowAdjust = 1,
    parameter int unsigned LSPBits = 9,
    // Greatest m of N:M structured weights, a power of two; 1 has no multiplexers.
    parameter int unsigned SelectorInputs = 4,
    parameter int ReductionNodes = 1,
    // 4-bit operands go by fours.
    parameter int Int4Packing = 0,
    // Blocks of 16 columns may keep an N of their own; of chains of 16 slices with selectors of 16 inputs at least, and
    // two vector columns.
    parameter int MixedBlocks = 0,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned Groups = ChainLength / 2,
    localparam int unsigned Nodes = ReductionNodes != 0 ? Groups : 1,
    // Sums that the chains of a pair of rows hold for each row.
    localparam int unsigned Lanes = Int4Packing != 0 && Nodes == 1 ? 2 * Columns
        : MixedBlocks != 0 && Columns == 1 ? 16 : Columns * Nodes,
    // Columns that codes come for in a cycle; of quads, fours of columns.
    localparam int unsigned CodeColumns = VectorColumns > Columns ? VectorColumns : Columns,
    localparam int unsigned CodeBits = Int4Packing != 0 ? 16 : 8,
    localparam int unsigned Window = ReductionNodes != 0
        ? ChainLength + 2 * SelectorInputs - 2 : ChainLength * SelectorInputs,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned GroupBits = $clog2(Groups + 1),
    localparam int unsigned CountBits = $clog2(ChainLength + 1),
    localparam int unsigned PositionBits = SelectorInputs > 1 ? $clog2(SelectorInputs) : 1,
    localparam int unsigned LogBits = SelectorInputs > 1 ? $clog2($clog2(SelectorInputs) + 1) : 1,
    // The most columns of a pass.
    localparam int unsigned PassColumns = Int4Packing != 0 && Nodes < 4 ? 4 * CodeColumns : CodeColumns * Nodes,
    localparam int unsigned LaneBits = $clog2(PassColumns + 1),
    localparam int unsigned PlaceBits = PassColumns > 1 ? $clog2(PassColumns) : 1,
    localparam int unsigned Chunks = (Rows * Lanes + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                                                clk_i,
    input  logic                                                rst_ni,
    input  logic                                                en_i,
    // One step of K of a pass: activations of its rows, weights of its columns. Those of one pair of rows are in front.
    input  logic                                                step_valid_i,
    output logic                                                step_ready_o,
    input  logic [         Rows-1:0][     Window-1:0][     8:0] step_value_i,
    input  logic [  CodeColumns-1:0][ChainLength-1:0][CodeBits-1:0] step_code_i,
    input  logic [  CodeColumns-1:0][ChainLength-1:0][PositionBits-1:0] step_position_i,
    input  logic [  CodeColumns-1:0][     Groups-1:0][     8:0] step_zero_i,
    // Weights of a part.
    input  logic [    CountBits-1:0]                            step_count_i,
    // Of a chain's block: log2 of N, 0 where it has no part in the step, and the chain's first column of the pass.
    input  logic [  CodeColumns-1:0][          2:0]             step_log_kept_i,
    input  logic [  CodeColumns-1:0][PlaceBits-1:0]             step_place_i,
    // First and last step of a segment.
    input  logic                                                step_begins_i,
    input  logic                                                step_ends_i,
    // Nothing of these outputs is in the accumulators yet.
    input  logic                                                step_fresh_i,
    // Columns of the pass, its first word of the accumulators, and its words less one.
    input  logic [     LaneBits-1:0]                            step_columns_i,
    input  logic [  AddressBits-1:0]                            step_address_i,
    input  logic [    ChunkBits-1:0]                            step_last_chunk_i,
    // The same for all steps of an instruction; a new instruction waits until the array is empty.
    input  logic                                                step_vector_i,
    input  logic                                                step_quads_i,
    input  logic                                                step_mixed_i,
    input  logic                                                step_scaled_i,
    input  logic                                                step_bipolar_i,
    input  logic                                                step_signed_i,
    input  logic [              3:0]                            step_bits_i,
    input  logic                                                step_structured_i,
    input  logic [      LogBits-1:0]                            step_log_n_i,
    input  logic [      LogBits-1:0]                            step_log_m_i,
    input  logic [    GroupBits-1:0]                            step_part_groups_i,
    input  logic [    GroupBits-1:0]                            step_section_groups_i,
    // Scales of the columns and rows of the sums that leave.
    input  logic                                                scale_valid_i,
    output logic                                                scale_ready_o,
    input  logic [EpilogueLanes-1:0][           31:0]           scale_column_i,
    input  logic [EpilogueLanes-1:0][           31:0]           scale_row_i,
    output logic [  AddressBits-1:0]                            read_address_o,
    input  logic [EpilogueLanes-1:0][           31:0]           read_i,
    output logic [EpilogueLanes-1:0]                            retire_valid_o,
    output logic [  AddressBits-1:0]                            retire_address_o,
    output logic [EpilogueLanes-1:0][           31:0]           retire_o
);
  localparam int unsigned SkewBits = $clog2(3 * Groups);
  localparam int unsigned IndexBits = $clog2(ChainLength);
  // A chain's own cycles, and one for the sparse multiplexer or the carry counters of quads.
  localparam int unsigned MostCycles = 3 * Groups;
  localparam int unsigned CycleBits = $clog2(MostCycles + 1);

  typedef struct packed {
    logic is_vector;
    logic is_quads;
    logic is_mixed;
    logic scaled;
    logic is_bipolar;
    logic is_signed;
    logic [3:0] bits;
    logic structured;
    logic [LogBits-1:0] log_n;
    logic [LogBits-1:0] log_m;
    logic [GroupBits-1:0] part_groups;
    logic [GroupBits-1:0] section_groups;
  } instruction_t;

  typedef struct packed {
    logic begins;
    logic ends;
    logic [LaneBits-1:0] columns;
    logic [ChunkBits-1:0] last_chunk;
    logic fresh;
    logic [AddressBits-1:0] address;
  } tag_t;

  logic issue;
  step_control #(
      .HoldBits(ChunkBits)
  ) u_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .step_valid_i,
      .step_ready_o,
      .step_ends_i,
      .step_hold_i(step_last_chunk_i),
      .issue_o    (issue)
  );

  // Activation and code registers.
  instruction_t instruction, instruction_q;
  logic [Rows-1:0][Window-1:0][8:0] values_q;
  logic [CodeColumns-1:0][ChainLength-1:0][CodeBits-1:0] codes_q;
  logic [CodeColumns-1:0][ChainLength-1:0][PositionBits-1:0] positions_q;
  logic [CodeColumns-1:0][Groups-1:0][8:0] zeros_q;
  logic [CountBits-1:0] count_q;
  logic [CodeColumns-1:0][2:0] log_kept_q;

  assign instruction = '{
          is_vector: step_vector_i,
          is_quads: Int4Packing != 0 && step_quads_i,
          is_mixed: MixedBlocks != 0 && step_mixed_i,
          scaled: step_scaled_i,
          is_bipolar: step_bipolar_i,
          is_signed: step_signed_i,
          bits: step_bits_i,
          structured: step_structured_i,
          log_n: step_log_n_i,
          log_m: step_log_m_i,
          part_groups: step_part_groups_i,
          section_groups: step_section_groups_i
      };
  `LOAD_REGISTER(instruction_q, instruction, issue)
  `DATA_REGISTER(values_q, step_value_i)
  `DATA_REGISTER(codes_q, step_code_i)
  `DATA_REGISTER(positions_q, step_position_i)
  `DATA_REGISTER(zeros_q, step_zero_i)
  `DATA_REGISTER(count_q, step_count_i)
  `DATA_REGISTER(log_kept_q, step_log_kept_i)

  logic [Groups-1:0] unused_cuts, unused_adjusts;
  logic [Groups-1:0][SkewBits-1:0] unused_skew;
  logic [Groups-1:0][IndexBits-1:0] unused_index;
  logic [SkewBits-1:0] chain_cycles;
  chain_plan #(
      .Groups(Groups)
  ) u_plan (
      .part_groups_i   (instruction_q.part_groups),
      .section_groups_i(instruction_q.section_groups),
      .cuts_o          (unused_cuts),
      .adjusts_o       (unused_adjusts),
      .skew_o          (unused_skew),
      .index_o         (unused_index),
      .cycles_o        (chain_cycles)
  );

  // What goes with a step: activation and code registers, dequantise registers, three of the slices, lane correction;
  // then what the instruction's way through the chain takes.
  tag_t tag, tag_late, tag_sums;
  logic late, sums_valid;
  logic [CycleBits-1:0] own_cycles;
  assign tag = '{
          begins: step_begins_i,
          ends: step_ends_i,
          columns: step_columns_i,
          last_chunk: step_last_chunk_i,
          fresh: step_fresh_i,
          address: step_address_i
      };
  assign own_cycles = CycleBits'(chain_cycles) + CycleBits'(instruction_q.structured || instruction_q.is_quads);
  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(6)
  ) u_fixed (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(issue),
      .value_i(tag),
      .valid_o(late),
      .value_o(tag_late)
  );
  skew_line #(
      .Width ($bits(tag_t)),
      .Cycles(MostCycles)
  ) u_tags (
      .clk_i,
      .en_i,
      .cycles_i(own_cycles),
      .value_i (tag_late),
      .value_o (tag_sums)
  );
  valid_line #(
      .Cycles(MostCycles)
  ) u_valid (
      .clk_i,
      .rst_ni,
      .en_i,
      .cycles_i(own_cycles),
      .valid_i (late),
      .valid_o (sums_valid)
  );

  logic [Rows-1:0][Lanes-1:0][31:0] sums;
  // Of blocks with an N of their own: both rows' sums, of all nodes and at their columns.
  logic [Rows/2-1:0][Columns*Nodes-1:0][63:0] nodes;
  logic [Rows/2-1:0][Lanes-1:0][63:0] blocks;
  for (genvar pair = 0; pair < Rows / 2; pair++) begin : gen_pairs
    // Of an odd number of chains all take the same row of quads.
    localparam int unsigned QuadRow = Columns % 2 == 0 ? 2 * pair : pair;
    logic [Window-1:0][8:0] upper_values, lower_values;
    logic [Columns-1:0][ChainLength-1:0][CodeBits-1:0] codes;
    logic [Columns-1:0][ChainLength-1:0][PositionBits-1:0] positions;
    logic [Columns-1:0][Groups-1:0][8:0] zeros;
    logic [Columns-1:0][2:0] log_kept;
    logic [Lanes-1:0][31:0] upper, lower;

    always_comb begin
      upper_values = values_q[2*pair];
      lower_values = values_q[2*pair+1];
      if (instruction_q.is_quads) upper_values = values_q[QuadRow];
      if (instruction_q.is_vector) begin
        upper_values = values_q[0];
        lower_values = values_q[instruction_q.is_quads?0 : 1];
      end
    end
    for (genvar column = 0; column < Columns; column++) begin : gen_columns
      localparam int unsigned Chain = pair * Columns + column;
      localparam int unsigned VectorColumn = Chain < VectorColumns ? Chain : 0;
      localparam int unsigned QuadColumn = Columns % 2 == 0 ? column % (Columns / 2) : column;
      always_comb begin
        codes[column] = codes_q[column];
        positions[column] = positions_q[column];
        zeros[column] = zeros_q[column];
        log_kept[column] = log_kept_q[column];
        if (instruction_q.is_quads) begin
          codes[column] = codes_q[QuadColumn];
          zeros[column] = zeros_q[QuadColumn];
        end
        if (instruction_q.is_vector) begin
          codes[column] = codes_q[VectorColumn];
          positions[column] = positions_q[VectorColumn];
          zeros[column] = zeros_q[VectorColumn];
          log_kept[column] = log_kept_q[VectorColumn];
        end
      end
    end

    dsp_chain_row #(
        .Columns       (Columns),
        .ChainLength   (ChainLength),
        .OverflowAdjust(OverflowAdjust),
        .LSPBits       (LSPBits),
        .SelectorInputs(SelectorInputs),
        .ReductionNodes(ReductionNodes),
        .Int4Packing   (Int4Packing),
        .MixedBlocks   (MixedBlocks)
    ) u_row (
        .clk_i,
        .rst_ni,
        .en_i,
        .quads_i         (instruction_q.is_quads),
        .mixed_i         (instruction_q.is_mixed),
        .structured_i    (instruction_q.structured),
        .log_n_i         (instruction_q.log_n),
        .log_m_i         (instruction_q.log_m),
        .bipolar_i       (instruction_q.is_bipolar),
        .signed_i        (instruction_q.is_signed),
        .bits_i          (instruction_q.bits),
        .part_groups_i   (instruction_q.part_groups),
        .section_groups_i(instruction_q.section_groups),
        .upper_i         (upper_values),
        .lower_i         (lower_values),
        .codes_i         (codes),
        .positions_i     (positions),
        .zeros_i         (zeros),
        .count_i         (count_q),
        .log_kept_i      (log_kept),
        .upper_o         (upper),
        .lower_o         (lower)
    );
    for (genvar node = 0; node < Columns * Nodes; node++) begin : gen_nodes
      assign nodes[pair][node] = {upper[node], lower[node]};
    end
    for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
      chain_sums u_sums (
          .clk_i,
          .en_i,
          .valid_i (sums_valid),
          .begins_i(tag_sums.begins),
          .upper_i (instruction_q.is_mixed ? blocks[pair][lane][63:32] : upper[lane]),
          .lower_i (instruction_q.is_mixed ? blocks[pair][lane][31:0] : lower[lane]),
          .upper_o (sums[2*pair][lane]),
          .lower_o (sums[2*pair+1][lane])
      );
    end
  end

  if (MixedBlocks != 0) begin : gen_blocks
    logic [CodeColumns-1:0][2:0] log_kept_late, log_kept_sums;
    logic [CodeColumns-1:0][PlaceBits-1:0] places_late, places_sums;
    logic unused_late;
    // As the tags.
    delay_line #(
        .Width (CodeColumns * (3 + PlaceBits)),
        .Cycles(6)
    ) u_fixed (
        .clk_i,
        .rst_ni,
        .en_i,
        .valid_i(1'b0),
        .value_i({step_log_kept_i, step_place_i}),
        .valid_o(unused_late),
        .value_o({log_kept_late, places_late})
    );
    skew_line #(
        .Width (CodeColumns * (3 + PlaceBits)),
        .Cycles(MostCycles)
    ) u_places (
        .clk_i,
        .en_i,
        .cycles_i(own_cycles),
        .value_i ({log_kept_late, places_late}),
        .value_o ({log_kept_sums, places_sums})
    );
    block_sums #(
        .Pairs        (Rows / 2),
        .Columns      (Columns),
        .VectorColumns(VectorColumns),
        .Lanes        (Lanes),
        .PlaceBits    (PlaceBits)
    ) u_blocks (
        .vector_i  (instruction_q.is_vector),
        .log_kept_i(log_kept_sums),
        .places_i  (places_sums),
        .nodes_i   (nodes),
        .sums_o    (blocks)
    );
  end else begin : gen_no_blocks
    assign blocks = '0;
    logic unused_blocks;
    assign unused_blocks = ^{nodes, step_place_i};
  end

  tag_t tag_shadow_q;
  logic load_q, leaves;
  logic [EpilogueLanes-1:0][31:0] leaving;
  logic [ChunkBits-1:0] chunk;
  logic leaving_fresh;
  logic [AddressBits-1:0] leaving_address;
  `DATA_REGISTER(tag_shadow_q, tag_sums)
  `CONTROL_REGISTER(load_q, sums_valid && tag_sums.ends, 1'b0)

  localparam int unsigned NodeBits = $clog2(Nodes + 1);
  logic [Rows*Lanes-1:0][31:0] arranged;
  sums_arrange #(
      .Rows         (Rows),
      .Columns      (Columns),
      .VectorColumns(VectorColumns),
      .Nodes        (Nodes),
      .Lanes        (Lanes),
      .Int4Packing  (Int4Packing),
      .ColumnBits   (LaneBits)
  ) u_arrange (
      .sums_i       (sums),
      .vector_i     (instruction_q.is_vector),
      .quads_i      (instruction_q.is_quads),
      .part_groups_i(Nodes > 1 && !instruction_q.is_mixed ? NodeBits'(instruction_q.part_groups) : NodeBits'(1)),
      .columns_i    (tag_shadow_q.columns),
      .sums_o       (arranged)
  );

  leaving_sums #(
      .Sums   (Rows * Lanes),
      .Lanes  (EpilogueLanes),
      .TagBits(1 + AddressBits)
  ) u_leaving (
      .clk_i,
      .rst_ni,
      .en_i,
      .load_i      (load_q),
      .sums_i      (arranged),
      .last_chunk_i(tag_shadow_q.last_chunk),
      .tag_i       ({tag_shadow_q.fresh, tag_shadow_q.address}),
      .valid_o     (leaves),
      .sums_o      (leaving),
      .chunk_o     (chunk),
      .tag_o       ({leaving_fresh, leaving_address})
  );
  logic unused_tag;
  assign unused_tag = ^{tag_shadow_q.begins, tag_shadow_q.ends};

  accumulate_lanes #(
      .Columns    (EpilogueLanes),
      .Lanes      (EpilogueLanes),
      .AddressBits(AddressBits)
  ) u_accumulate (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i  (leaves),
      .scaled_i (instruction_q.scaled),
      .sums_i   (leaving),
      .fresh_i  (leaving_fresh),
      .address_i(leaving_address + AddressBits'(chunk)),
      .chunk_i  (1'b0),
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
