// When pairs of K enter: one every two cycles, its left slots in the first; but the last one of a segment only when
// the sums of the segment before have left by the time that its own come.
`include "registers.svh"

module pair_control #(
    parameter int unsigned HoldBits = 4
) (
    input  logic                clk_i,
    input  logic                rst_ni,
    input  logic                en_i,
    input  logic                pair_valid_i,
    output logic                pair_ready_o,
    // The last pair of a segment, and cycles in which its sums leave, less one.
    input  logic                pair_ends_i,
    input  logic [HoldBits-1:0] pair_hold_i,
    output logic                issue_o,
    // The right slots of the pair before enter.
    output logic                right_o
);
  logic right_q;
  logic [HoldBits-1:0] leaving_d, leaving_q;

  assign pair_ready_o = !right_q && (!pair_ends_i || leaving_q == '0);
  assign issue_o = pair_valid_i && pair_ready_o;
  assign right_o = right_q;

  always_comb begin
    leaving_d = leaving_q == '0 ? '0 : leaving_q - HoldBits'(1);
    if (issue_o && pair_ends_i) leaving_d = pair_hold_i;
  end
  `CONTROL_REGISTER(right_q, issue_o, 1'b0)
  `CONTROL_REGISTER(leaving_q, leaving_d, '0)
endmodule
