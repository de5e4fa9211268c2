// A DSP group: two slices with a hard cascade between them, what stands between them and the group in front (cascade,
// overflow adjust unit, or nothing), and the registers beside the slices: most significant parts of pairs, and carries
// that the canaries of quads have found, one cycle behind P.
`include "registers.svh"

module dsp_group #(
    parameter int OverflowAdjust = 1,
    parameter int unsigned LSPBits = 9,
    parameter int unsigned MSPBits = 12,
    parameter int Int4Packing = 0,
    parameter int unsigned CarryBits = 6
) (
    input  logic                           clk_i,
    input  logic                           rst_ni,
    input  logic                           en_i,
    // With the product of the first slice.
    input  logic                           cuts_i,
    input  logic                           adjusts_i,
    input  logic                           quads_i,
    // Of the two slices; those of the second enter one cycle later.
    input  logic        [1:0][       17:0] packed_i,
    input  logic        [1:0][        8:0] factor_i,
    input  logic             [       47:0] pcin_i,
    input  logic signed      [MSPBits-1:0] msp_i,
    input  logic [2:0][CarryBits-1:0]      carries_i,
    output logic             [       47:0] pcout_o,
    output logic signed      [MSPBits-1:0] msp_o,
    output logic [2:0][CarryBits-1:0]      carries_o
);
  logic [47:0] continued, cascade, p_first;

  packed_multiply #(
      .Int4Packing(Int4Packing)
  ) u_first (
      .clk_i,
      .rst_ni,
      .en_i,
      .quads_i,
      .packed_i       (packed_i[0]),
      .factor_i       (factor_i[0]),
      .takes_c_i      (OverflowAdjust != 0 && adjusts_i && !cuts_i),
      .takes_cascade_i(!cuts_i),
      .c_i            (continued),
      .pcin_i,
      .p_o            (p_first),
      .pcout_o        (cascade)
  );

  logic [47:0] p_second;
  packed_multiply #(
      .Int4Packing(Int4Packing)
  ) u_second (
      .clk_i,
      .rst_ni,
      .en_i,
      .quads_i,
      .packed_i       (packed_i[1]),
      .factor_i       (factor_i[1]),
      .takes_c_i      (1'b0),
      .takes_cascade_i(1'b1),
      .c_i            ('0),
      .pcin_i         (cascade),
      .p_o            (p_second),
      .pcout_o
  );

  if (OverflowAdjust != 0) begin : gen_adjust
    logic signed [17-LSPBits:0] msp;
    logic signed [MSPBits-1:0] beside_c_q, beside_first_q, beside_second_q;

    overflow_adjust #(
        .LSPBits(LSPBits)
    ) u_adjust (
        .p_i        (pcin_i),
        .msp_o      (msp),
        .continued_o(continued)
    );

    // Beside the C register, and beside the P registers of both slices.
    `DATA_REGISTER(beside_c_q, msp_i + MSPBits'(msp))
    `DATA_REGISTER(beside_first_q, cuts_i ? '0 : (adjusts_i ? beside_c_q : msp_i))
    `DATA_REGISTER(beside_second_q, beside_first_q)
    assign msp_o = beside_second_q;
  end else begin : gen_whole
    assign continued = '0;
    assign msp_o = '0;
    logic unused_adjust;
    assign unused_adjust = ^{adjusts_i, msp_i};
  end

  if (Int4Packing != 0 && OverflowAdjust != 0) begin : gen_carries
    logic [2:0][1:0] found_first, found_second;
    logic [2:0][CarryBits-1:0] first_q, second_q;

    // A chain of quads is not cut: only its first group adds to nothing, which its cascade input is too.
    quad_canary u_first (
        .clk_i,
        .en_i,
        .weights_i   ({packed_i[0][13:12], packed_i[0][9:8], packed_i[0][5:4]}),
        .activation_i(factor_i[0][1:0]),
        .before_i    ({pcin_i[23:22], pcin_i[16:15], pcin_i[9:8]}),
        .p_i         ({p_first[23:22], p_first[16:15], p_first[9:8]}),
        .carries_o   (found_first)
    );
    quad_canary u_second (
        .clk_i,
        .en_i,
        .weights_i   ({packed_i[1][13:12], packed_i[1][9:8], packed_i[1][5:4]}),
        .activation_i(factor_i[1][1:0]),
        .before_i    ({cascade[23:22], cascade[16:15], cascade[9:8]}),
        .p_i         ({p_second[23:22], p_second[16:15], p_second[9:8]}),
        .carries_o   (found_second)
    );
    for (genvar lane = 0; lane < 3; lane++) begin : gen_lanes
      `DATA_REGISTER(first_q[lane], carries_i[lane] + CarryBits'($signed(found_first[lane])))
      `DATA_REGISTER(second_q[lane], first_q[lane] + CarryBits'($signed(found_second[lane])))
    end
    assign carries_o = second_q;
  end else begin : gen_pairs
    assign carries_o = '0;
    logic unused_carries;
    assign unused_carries = ^carries_i;
  end

  logic unused_p;
  assign unused_p = ^{p_first, p_second};
endmodule
