// The chains of a pair of rows: their operands from what is in the activation and code registers, and the sums of
// their parts in the order of columns. Latency 1 (dequantise registers), 1 more with N:M weights, and dsp_chain.
//
// Of quads each chain takes one row by four columns: the first half of the chains take the upper row, the others the lower
// one. Of an odd number of chains all take the upper row; the sums of their first 2 Columns columns are where those of the
// upper row would be, and the others where those of the lower one would be.
`include "registers.svh"

module dsp_chain_row #(
    parameter int unsigned Columns = 2,
    parameter int unsigned ChainLength = 16,
    parameter int OverflowAdjust = 1,
    parameter int unsigned LSPBits = 9,
    parameter int unsigned SelectorInputs = 4,
    parameter int ReductionNodes = 1,
    parameter int Int4Packing = 0,
    parameter int MixedBlocks = 0,
    localparam int unsigned Groups = ChainLength / 2,
    localparam int unsigned Nodes = ReductionNodes != 0 ? Groups : 1,
    localparam int unsigned Parts = Columns * Nodes,
    // Sums of a row.
    localparam int unsigned Lanes = Int4Packing != 0 && Nodes == 1 ? 2 * Columns
        : MixedBlocks != 0 && Columns == 1 ? 16 : Parts,
    localparam int unsigned CodeBits = Int4Packing != 0 ? 16 : 8,
    // The most activations that a part's weights are picked from.
    localparam int unsigned Window = ReductionNodes != 0
        ? ChainLength + 2 * SelectorInputs - 2 : ChainLength * SelectorInputs,
    localparam int unsigned GroupBits = $clog2(Groups + 1),
    localparam int unsigned CountBits = $clog2(ChainLength + 1),
    localparam int unsigned PositionBits = SelectorInputs > 1 ? $clog2(SelectorInputs) : 1,
    localparam int unsigned LogBits = SelectorInputs > 1 ? $clog2($clog2(SelectorInputs) + 1) : 1
) (
    input  logic                                                clk_i,
    input  logic                                                rst_ni,
    input  logic                                                en_i,
    // Of the instruction, as for dsp_chain and chain_front.
    input  logic                                                quads_i,
    // Sums of all nodes come out, because steps cut the chains as they like.
    input  logic                                                mixed_i,
    input  logic                                                structured_i,
    input  logic [      LogBits-1:0]                            log_n_i,
    input  logic [      LogBits-1:0]                            log_m_i,
    input  logic                                                bipolar_i,
    input  logic                                                signed_i,
    input  logic [              3:0]                            bits_i,
    input  logic [    GroupBits-1:0]                            part_groups_i,
    input  logic [    GroupBits-1:0]                            section_groups_i,
    input  logic [       Window-1:0][            8:0]           upper_i,
    input  logic [       Window-1:0][            8:0]           lower_i,
    input  logic [      Columns-1:0][ChainLength-1:0][CodeBits-1:0] codes_i,
    input  logic [      Columns-1:0][ChainLength-1:0][PositionBits-1:0] positions_i,
    input  logic [      Columns-1:0][     Groups-1:0][     8:0] zeros_i,
    input  logic [    CountBits-1:0]                            count_i,
    // log2 of N of each chain's block (dsp_chain).
    input  logic [      Columns-1:0][     2:0]                  log_kept_i,
    output logic [        Lanes-1:0][           31:0]           upper_o,
    output logic [        Lanes-1:0][           31:0]           lower_o
);
  localparam int unsigned SkewBits = $clog2(3 * Groups);
  localparam int unsigned IndexBits = $clog2(ChainLength);

  logic [Groups-1:0] unused_cuts, unused_adjusts;
  logic [Groups-1:0][SkewBits-1:0] unused_skew;
  logic [Groups-1:0][IndexBits-1:0] index;
  logic [SkewBits-1:0] unused_cycles;
  chain_plan #(
      .Groups(Groups)
  ) u_plan (
      .part_groups_i,
      .section_groups_i,
      .cuts_o   (unused_cuts),
      .adjusts_o(unused_adjusts),
      .skew_o   (unused_skew),
      .index_o  (index),
      .cycles_o (unused_cycles)
  );

  logic [Window-1:0][17:0] window;
  for (genvar k = 0; k < Window; k++) begin : gen_window
    assign window[k] = {upper_i[k], lower_i[k]};
  end

  // Upper row, then lower.
  logic [Columns-1:0][Nodes-1:0][63:0] nodes;
  // Columns of a row: of the upper one, then of the lower one.
  logic [Columns-1:0][3:0][31:0] quads;
  for (genvar column = 0; column < Columns; column++) begin : gen_chains
    logic [ChainLength-1:0][17:0] packed_operands;
    logic [ChainLength-1:0][8:0] factors;
    logic signed [Nodes-1:0][31:0] upper_sums, lower_sums;
    logic [2:0] log_kept;

    if (MixedBlocks != 0) begin : gen_kept
      // Sparse multiplexer and dequantise registers.
      logic [2:0] selected_q, value_q;
      `DATA_REGISTER(selected_q, log_kept_i[column])
      `DATA_REGISTER(value_q, selected_q)
      assign log_kept = mixed_i ? value_q : '0;
    end else begin : gen_none_kept
      assign log_kept = '0;
      logic unused_kept;
      assign unused_kept = ^{log_kept_i[column], mixed_i};
    end

    chain_front #(
        .ChainLength   (ChainLength),
        .SelectorInputs(SelectorInputs),
        .Window        (Window),
        .Int4Packing   (Int4Packing),
        .TakesLower    (Columns % 2 == 0 && 2 * column >= Columns ? 1 : 0)
    ) u_front (
        .clk_i,
        .en_i,
        .quads_i,
        .structured_i,
        .log_n_i,
        .log_m_i,
        .is_bipolar_i(bipolar_i),
        .is_signed_i (signed_i),
        .bits_i,
        .index_i     (index),
        .window_i    (window),
        .codes_i     (codes_i[column]),
        .positions_i (positions_i[column]),
        .zeros_i     (zeros_i[column]),
        .count_i,
        .packed_o    (packed_operands),
        .factors_o   (factors)
    );

    dsp_chain #(
        .ChainLength   (ChainLength),
        .OverflowAdjust(OverflowAdjust),
        .LSPBits       (LSPBits),
        .ReductionNodes(ReductionNodes),
        .Int4Packing   (Int4Packing),
        .MixedBlocks   (MixedBlocks)
    ) u_chain (
        .clk_i,
        .rst_ni,
        .en_i,
        .part_groups_i,
        .section_groups_i,
        .quads_i,
        .log_kept_i(log_kept),
        .packed_i (packed_operands),
        .factors_i(factors),
        .upper_o  (upper_sums),
        .lower_o  (lower_sums),
        .quad_o   (quads[column])
    );

    for (genvar node = 0; node < Nodes; node++) begin : gen_nodes
      assign nodes[column][node] = {upper_sums[node], lower_sums[node]};
    end
  end

  logic [Parts-1:0][63:0] parts;
  if (ReductionNodes != 0) begin : gen_parts
    part_select #(
        .Chains(Columns),
        .Nodes (Nodes),
        .Bits  (64)
    ) u_select (
        .part_groups_i(MixedBlocks != 0 && mixed_i ? GroupBits'(1) : part_groups_i),
        .nodes_i(nodes),
        .parts_o(parts)
    );
  end else begin : gen_whole
    assign parts = nodes;
  end
  logic [1:0][2*Columns-1:0][31:0] quad_rows;
  assign quad_rows = quads;
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    logic [63:0] part, quad;
    if (lane < Parts) begin : gen_part
      assign part = parts[lane];
    end else begin : gen_none
      assign part = '0;
    end
    if (Int4Packing != 0 && lane < 2 * Columns) begin : gen_quad
      assign quad = {quad_rows[0][lane], quad_rows[1][lane]};
    end else begin : gen_pairs
      assign quad = '0;
    end
    assign {upper_o[lane], lower_o[lane]} = quads_i ? quad : part;
  end

  logic unused_quads;
  assign unused_quads = ^quad_rows;
endmodule
