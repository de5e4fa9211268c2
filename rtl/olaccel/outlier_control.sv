// When rows meet outliers, and when dense rows may leave. Outliers come in turns: as many as there are lanes stay there while all
// rows of a strip pass. The sums of a segment are free for the turns of the next listed one when the last dense row that is added to
// them has entered; and that row enters not before the same row of the segment's last turn, and `Delay` cycles.
`include "registers.svh"

module outlier_control #(
    // Rows of sums.
    parameter int unsigned PartialRows = 8,
    parameter int unsigned Delay = 0,
    localparam int unsigned CountBits = $clog2(PartialRows + 1)
) (
    input  logic clk_i,
    input  logic rst_ni,
    input  logic en_i,
    // Outliers of a turn, taken with its first row: the first and the last turn of a segment.
    input  logic turn_valid_i,
    output logic turn_ready_o,
    input  logic turn_first_i,
    input  logic turn_last_i,
    // A row for the turn; the last one of it.
    input  logic row_valid_i,
    output logic row_ready_o,
    input  logic row_last_i,
    // A row meets outliers: for the first time in a segment.
    output logic issue_o,
    output logic first_o,
    // A dense row to which sums of outliers are added may enter; enters; the last of its strip.
    output logic dense_ready_o,
    input  logic dense_issue_i,
    input  logic dense_last_i
);
  logic in_turn_d, in_turn_q, first_q, last_q, is_first, is_last, full_d, full_q, complete, unused_value;
  // Rows whose sums of outliers are complete.
  logic [CountBits-1:0] complete_d, complete_q;

  assign is_first = in_turn_q ? first_q : turn_first_i;
  assign is_last = in_turn_q ? last_q : turn_last_i;
  assign row_ready_o = in_turn_q || (turn_valid_i && !(turn_first_i && full_q));
  assign issue_o = row_valid_i && row_ready_o;
  assign first_o = is_first;
  assign turn_ready_o = issue_o && !in_turn_q;

  delay_line #(
      .Width (1),
      .Cycles(Delay)
  ) u_complete (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(issue_o && is_last),
      .value_i(1'b0),
      .valid_o(complete),
      .value_o(unused_value)
  );
  assign dense_ready_o = complete_q != '0 || complete;

  always_comb begin
    in_turn_d = issue_o ? !row_last_i : in_turn_q;
    full_d = full_q;
    if (turn_ready_o && turn_first_i) full_d = 1'b1;
    if (dense_issue_i && dense_last_i) full_d = 1'b0;
    complete_d = complete_q + CountBits'(complete) - CountBits'(dense_issue_i);
  end
  `CONTROL_REGISTER(in_turn_q, in_turn_d, 1'b0)
  `CONTROL_REGISTER(full_q, full_d, 1'b0)
  `CONTROL_REGISTER(complete_q, complete_d, '0)
  `LOAD_REGISTER(first_q, turn_first_i, turn_ready_o)
  `LOAD_REGISTER(last_q, turn_last_i, turn_ready_o)
endmodule
