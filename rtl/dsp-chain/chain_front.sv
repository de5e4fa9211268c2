// What stands in front of one chain: of each slice the sparse multiplexer, with registers that keep weights and
// activations in step, the dequantise unit, and the registers behind it. Latency 1, or 2 with N:M weights. Quads have four
// weights per slice, and take the activations of one row.
`include "registers.svh"

module chain_front #(
    parameter int unsigned ChainLength = 16,
    parameter int unsigned SelectorInputs = 16,
    parameter int unsigned Window = 32,
    parameter int Int4Packing = 0,
    // Quads take the activations of the lower row.
    parameter int TakesLower = 0,
    // A code, or four codes of a quad.
    localparam int unsigned CodeBits = Int4Packing != 0 ? 16 : 8,
    localparam int unsigned Groups = ChainLength / 2,
    localparam int unsigned IndexBits = $clog2(ChainLength),
    localparam int unsigned CountBits = $clog2(ChainLength + 1),
    localparam int unsigned PositionBits = SelectorInputs > 1 ? $clog2(SelectorInputs) : 1,
    localparam int unsigned LogBits = SelectorInputs > 1 ? $clog2($clog2(SelectorInputs) + 1) : 1
) (
    input  logic                                     clk_i,
    input  logic                                     en_i,
    // Of the instruction.
    input  logic                                     quads_i,
    input  logic                                     structured_i,
    input  logic [    LogBits-1:0]                   log_n_i,
    input  logic [    LogBits-1:0]                   log_m_i,
    input  logic                                     is_bipolar_i,
    input  logic                                     is_signed_i,
    input  logic [            3:0]                   bits_i,
    // Place of a slice in its part; of the groups' first slices.
    input  logic [     Groups-1:0][   IndexBits-1:0] index_i,
    // Out of the activation and code registers.
    input  logic [     Window-1:0][            17:0] window_i,
    input  logic [ChainLength-1:0][    CodeBits-1:0] codes_i,
    input  logic [ChainLength-1:0][PositionBits-1:0] positions_i,
    input  logic [     Groups-1:0][             8:0] zeros_i,
    // Weights of a part.
    input  logic [  CountBits-1:0]                   count_i,
    // As packed_multiply has them.
    output logic [ChainLength-1:0][            17:0] packed_o,
    output logic [ChainLength-1:0][             8:0] factors_o
);
  typedef struct packed {
    logic [ChainLength-1:0][CodeBits-1:0] codes;
    logic [Groups-1:0][8:0] zeros;
    logic [CountBits-1:0] count;
  } stored_t;

  stored_t early, late_q, stored;
  assign early = '{codes: codes_i, zeros: zeros_i, count: count_i};
  if (SelectorInputs > 1) begin : gen_late
    `DATA_REGISTER(late_q, early)
    assign stored = structured_i ? late_q : early;
  end else begin : gen_dense
    assign late_q = early;
    assign stored = late_q;
    logic unused_structure;
    assign unused_structure = ^{structured_i, log_n_i, log_m_i, positions_i};
  end

  for (genvar slice = 0; slice < ChainLength; slice++) begin : gen_slices
    logic [IndexBits-1:0] index;
    logic [17:0] pair, packed_operand, packed_q;
    logic [8:0] value, factor, factor_q;
    logic is_used;

    assign index = index_i[slice/2] + IndexBits'(slice % 2);

    if (SelectorInputs > 1) begin : gen_select
      logic [SelectorInputs-1:0][17:0] candidates;
      logic [17:0] selected;
      sparse_align #(
          .Window        (Window),
          .SelectorInputs(SelectorInputs),
          .IndexBits     (IndexBits)
      ) u_align (
          .window_i,
          .index_i     (index),
          .log_n_i,
          .log_m_i,
          .candidates_o(candidates)
      );
      sparse_mux #(
          .Inputs(SelectorInputs)
      ) u_mux (
          .clk_i,
          .en_i,
          .pairs_i   (candidates),
          .position_i(positions_i[slice]),
          .pair_o    (selected)
      );
      assign pair = structured_i ? selected : window_i[slice];
    end else begin : gen_own
      assign pair = window_i[slice];
    end

    weight_dequantise u_dequantise (
        .code_i (stored.codes[slice][7:0]),
        .bits_i,
        .is_bipolar_i,
        .is_signed_i,
        .zero_i (stored.zeros[slice/2]),
        .value_o(value)
    );

    if (Int4Packing != 0) begin : gen_quads
      logic [3:0][3:0] quad;
      quad_dequantise u_quad (
          .codes_i     (stored.codes[slice]),
          .bits_i,
          .is_bipolar_i,
          .zero_i      (stored.zeros[slice/2][3:0]),
          .values_o    (quad)
      );
      assign packed_operand = quads_i ? {2'b00, quad} : pair;
      assign factor = !quads_i ? value : TakesLower != 0 ? pair[8:0] : pair[17:9];
    end else begin : gen_pairs
      assign packed_operand = pair;
      assign factor = value;
    end

    // Slices beyond the last weight multiply by zero.
    assign is_used = CountBits'(index) < stored.count;
    `DATA_REGISTER(packed_q, packed_operand)
    `DATA_REGISTER(factor_q, is_used ? factor : '0)
    assign packed_o[slice] = packed_q;
    assign factors_o[slice] = factor_q;
  end

  if (Int4Packing == 0) begin : gen_no_quads
    logic unused_quads;
    assign unused_quads = quads_i;
  end
endmodule
