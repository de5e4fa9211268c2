// When steps of K enter: one per cycle, but the last one of a segment only when the sums of the segment before have
// left the shadow registers by the time that its own sums come.
`include "registers.svh"

module step_control #(
    parameter int unsigned HoldBits = 4
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 en_i,
    input  logic                 step_valid_i,
    output logic                 step_ready_o,
    // The last step of a segment, and the cycles in which its sums leave the shadow registers, less one.
    input  logic                 step_ends_i,
    input  logic [HoldBits-1:0] step_hold_i,
    output logic                 issue_o
);
  // Cycles in which no other segment may end.
  logic [HoldBits-1:0] leaving_d, leaving_q;

  assign step_ready_o = !step_ends_i || leaving_q == '0;
  assign issue_o = step_valid_i && step_ready_o;

  always_comb begin
    leaving_d = leaving_q == '0 ? '0 : leaving_q - HoldBits'(1);
    if (issue_o && step_ends_i) leaving_d = step_hold_i;
  end
  `CONTROL_REGISTER(leaving_q, leaving_d, '0)
endmodule
