// A DSP group: two slices with a hard cascade between them, what stands between them and the group in front (cascade,
// overflow adjust unit, or nothing), and the registers that carry most significant parts beside the slices.
`include "registers.svh"

module dsp_group #(
    parameter int OverflowAdjust = 1,
    parameter int unsigned LSPBits = 9,
    parameter int unsigned MSPBits = 12
) (
    input  logic                           clk_i,
    input  logic                           rst_ni,
    input  logic                           en_i,
    input  logic                           cuts_i,
    input  logic                           adjusts_i,
    // Of the two slices; those of the second enter one cycle later.
    input  logic        [1:0][        8:0] upper_i,
    input  logic        [1:0][        8:0] lower_i,
    input  logic        [1:0][        8:0] weight_i,
    input  logic             [       47:0] pcin_i,
    input  logic signed      [MSPBits-1:0] msp_i,
    output logic             [       47:0] pcout_o,
    output logic signed      [MSPBits-1:0] msp_o
);
  logic [47:0] continued, cascade, p_first;

  packed_multiply u_first (
      .clk_i,
      .rst_ni,
      .en_i,
      .upper_i        (upper_i[0]),
      .lower_i        (lower_i[0]),
      .weight_i       (weight_i[0]),
      .takes_c_i      (OverflowAdjust != 0 && adjusts_i),
      .takes_cascade_i(!cuts_i),
      .c_i            (continued),
      .pcin_i,
      .p_o            (p_first),
      .pcout_o        (cascade)
  );

  logic [47:0] p_second;
  packed_multiply u_second (
      .clk_i,
      .rst_ni,
      .en_i,
      .upper_i        (upper_i[1]),
      .lower_i        (lower_i[1]),
      .weight_i       (weight_i[1]),
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

  logic unused_p;
  assign unused_p = ^{p_first, p_second};
endmodule
