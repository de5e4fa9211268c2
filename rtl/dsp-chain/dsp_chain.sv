// A chain of DSP groups for one pair of rows: dot products of packed activations with weights, two per part. Operands
// of all slices enter in one cycle and are skewed inside. Both lanes' sums of part j are at the node of its last
// group. Quads use the chain whole: four dot products of an activation's row with four columns, one cycle later.
// Parts of blocks that are shorter than the instruction's parts wait at their nodes.
//
// Latency, of parts of n slices with b overflow adjust units in use: 3 (A, D and first B registers; AD and second B;
// M), n + b (P and C registers), 1 (lane correction). `part_groups_i` and `section_groups_i` may change only while
// the chain is empty, and so may `quads_i`.
`include "registers.svh"

module dsp_chain #(
    parameter int unsigned ChainLength = 16,
    parameter int OverflowAdjust = 1,
    parameter int unsigned LSPBits = 9,
    // Every group has a node; else only the last.
    parameter int ReductionNodes = 1,
    // 4-bit operands go by fours.
    parameter int Int4Packing = 0,
    // Steps may cut the chain anew, for blocks of 16 columns with an N of their own; of chains of 16 slices.
    parameter int MixedBlocks = 0,
    localparam int unsigned Groups = ChainLength / 2,
    localparam int unsigned Nodes = ReductionNodes != 0 ? Groups : 1,
    localparam int unsigned GroupBits = $clog2(Groups + 1),
    localparam int unsigned SkewBits = $clog2(3 * Groups)
) (
    input  logic                                    clk_i,
    input  logic                                    rst_ni,
    input  logic                                    en_i,
    input  logic             [  GroupBits-1:0]      part_groups_i,
    input  logic             [  GroupBits-1:0]      section_groups_i,
    input  logic                                    quads_i,
    // log2 of a block's N, with its operands; 0 where the instruction's parts are those of all steps.
    input  logic             [           2:0]       log_kept_i,
    // As packed_multiply has them.
    input  logic             [ChainLength-1:0][17:0] packed_i,
    input  logic             [ChainLength-1:0][8:0] factors_i,
    output logic signed      [      Nodes-1:0][31:0] upper_o,
    output logic signed      [      Nodes-1:0][31:0] lower_o,
    output logic             [            3:0][31:0] quad_o
);
  // Sums of the most significant parts of all sections.
  localparam int unsigned MSPBits = 18 - LSPBits + $clog2(Groups + 1);
  // Each slice finds -2 to 1 carries.
  localparam int unsigned CarryBits = $clog2(ChainLength) + 2;

  logic [Groups-1:0] cuts, adjusts;
  logic [Groups-1:0][SkewBits-1:0] skew;
  logic [Groups-1:0][$clog2(2*Groups)-1:0] unused_index;
  logic [SkewBits-1:0] cycles;

  chain_plan #(
      .Groups(Groups)
  ) u_plan (
      .part_groups_i,
      .section_groups_i,
      .cuts_o   (cuts),
      .adjusts_o(adjusts),
      .skew_o   (skew),
      .index_o  (unused_index),
      .cycles_o (cycles)
  );

  logic [Groups:0][47:0] cascade;
  logic signed [Groups:0][MSPBits-1:0] beside;
  assign cascade[0] = '0;
  assign beside[0] = '0;
  logic [Groups:0][2:0][CarryBits-1:0] carries;
  assign carries[0] = '0;

  logic [Groups-1:0] step_cuts;
  if (MixedBlocks != 0) begin : gen_step_cuts
    block_cuts u_cuts (
        .log_kept_i,
        .cuts_o(step_cuts)
    );
  end else begin : gen_same_cuts
    assign step_cuts = '0;
    logic unused_kept;
    assign unused_kept = ^log_kept_i;
  end

  for (genvar group = 0; group < Groups; group++) begin : gen_groups
    // The first group is never skewed.
    localparam int unsigned Cycles = 3 * group;
    logic [1:0][26:0] operands, skewed;
    // The second slice works one cycle behind the first.
    logic [26:0] second_q;
    logic skewed_cut, cut;

    for (genvar slice = 0; slice < 2; slice++) begin : gen_operands
      assign operands[slice] = {packed_i[2*group+slice], factors_i[2*group+slice]};
    end
    if (group > 0) begin : gen_skew
      skew_line #(
          .Width (55),
          .Cycles(Cycles)
      ) u_skew (
          .clk_i,
          .en_i,
          .cycles_i($clog2(Cycles + 1)'(skew[group])),
          .value_i ({step_cuts[group], operands}),
          .value_o ({skewed_cut, skewed})
      );
    end else begin : gen_straight
      assign skewed = operands;
      assign skewed_cut = step_cuts[0];
      logic unused_skew;
      assign unused_skew = ^skew[0];
    end
    `DATA_REGISTER(second_q, skewed[1])

    if (MixedBlocks != 0) begin : gen_cut
      logic cut_a_q, cut_ad_q, cut_m_q;
      `DATA_REGISTER(cut_a_q, skewed_cut)
      `DATA_REGISTER(cut_ad_q, cut_a_q)
      `DATA_REGISTER(cut_m_q, cut_ad_q)
      assign cut = cuts[group] || cut_m_q;
    end else begin : gen_no_cut
      assign cut = cuts[group];
      logic unused_cut;
      assign unused_cut = skewed_cut;
    end

    dsp_group #(
        .OverflowAdjust(OverflowAdjust),
        .LSPBits       (LSPBits),
        .MSPBits       (MSPBits),
        .Int4Packing   (Int4Packing),
        .CarryBits     (CarryBits)
    ) u_group (
        .clk_i,
        .rst_ni,
        .en_i,
        .cuts_i   (cut),
        .adjusts_i(adjusts[group]),
        .quads_i,
        .packed_i ({second_q[26:9], skewed[0][26:9]}),
        .factor_i ({second_q[8:0], skewed[0][8:0]}),
        .pcin_i   (cascade[group]),
        .msp_i    (beside[group]),
        .carries_i(carries[group]),
        .pcout_o  (cascade[group+1]),
        .msp_o    (beside[group+1]),
        .carries_o(carries[group+1])
    );
  end

  for (genvar node = 0; node < Nodes; node++) begin : gen_nodes
    localparam int unsigned Behind = ReductionNodes != 0 ? node + 1 : Groups;
    logic signed [31:0] early_upper, early_lower;
    reduction_node #(
        .LSPBits(LSPBits),
        .MSPBits(MSPBits)
    ) u_node (
        .clk_i,
        .en_i,
        .p_i    (cascade[Behind]),
        .msp_i  (beside[Behind]),
        .upper_o(early_upper),
        .lower_o(early_lower)
    );

    if (MixedBlocks != 0 && node + 1 < Groups) begin : gen_late
      localparam int unsigned Late = 3 * (Groups - 1 - node);
      // Until the instruction's part ends.
      logic [$clog2(Late+1)-1:0] left;
      assign left = $clog2(Late + 1)'(cycles - skew[node] - SkewBits'(2));
      skew_line #(
          .Width (64),
          .Cycles(Late)
      ) u_late (
          .clk_i,
          .en_i,
          .cycles_i(left),
          .value_i ({early_upper, early_lower}),
          .value_o ({upper_o[node], lower_o[node]})
      );
    end else begin : gen_now
      assign upper_o[node] = early_upper;
      assign lower_o[node] = early_lower;
    end
  end

  if (Int4Packing != 0) begin : gen_quad
    quad_node #(
        .CountsCarries(OverflowAdjust),
        .CarryBits    (CarryBits)
    ) u_quad (
        .clk_i,
        .en_i,
        .p_i      (cascade[Groups]),
        .carries_i(carries[Groups]),
        .sums_o   (quad_o)
    );
  end else begin : gen_pairs
    assign quad_o = '0;
  end

  logic unused_carries;
  assign unused_carries = ^{carries, cycles};
endmodule
