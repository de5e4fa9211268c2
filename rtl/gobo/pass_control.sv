// When k and outliers of a pass enter. The multipliers have their places: from the first k of a pass on they belong for `Cycles`
// cycles to the sums of the pass before, then to the outliers of this one. Every other k enters at once; the last one not before the
// last outlier, so that its sums find the multipliers free. Places are kept for the pass before even when there was none: the time
// of a pass does not depend on what ran before it.
`include "registers.svh"

module pass_control #(
    // In which the multipliers take the sums of a pass that uses all columns.
    parameter int unsigned Cycles = 8,
    parameter int unsigned CountBits = 21,
    localparam int unsigned CycleBits = $clog2(Cycles + 1)
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 en_i,
    input  logic                 step_valid_i,
    output logic                 step_ready_o,
    // The last k of a pass.
    input  logic                 step_ends_i,
    // Outliers of the pass, as its first k tells.
    input  logic [CountBits-1:0] step_outliers_i,
    input  logic                 outlier_valid_i,
    output logic                 outlier_ready_o,
    // A k enters; the first of its pass.
    output logic                 issue_o,
    output logic                 begins_o,
    // An outlier enters.
    output logic                 outlier_o
);
  // A pass is open from the cycle on in which its first k is offered.
  logic open_d, open_q, begun_d, begun_q, is_open;
  logic [CycleBits-1:0] kept, kept_d, kept_q;
  logic [CountBits-1:0] outliers, outliers_d, outliers_q;

  assign is_open = open_q || step_valid_i;
  assign kept = open_q ? kept_q : CycleBits'(Cycles);
  assign outliers = open_q ? outliers_q : step_outliers_i;

  assign outlier_ready_o = is_open && kept == '0 && outliers != '0;
  assign outlier_o = outlier_valid_i && outlier_ready_o;
  assign kept_d = kept == '0 ? '0 : kept - CycleBits'(1);
  assign outliers_d = outlier_o ? outliers - CountBits'(1) : outliers;

  assign step_ready_o = !step_ends_i || (is_open && kept_d == '0 && outliers_d == '0);
  assign issue_o = step_valid_i && step_ready_o;
  assign begins_o = !begun_q;

  assign open_d = is_open && !(issue_o && step_ends_i);
  assign begun_d = issue_o ? !step_ends_i : begun_q;
  `CONTROL_REGISTER(open_q, open_d, 1'b0)
  `CONTROL_REGISTER(begun_q, begun_d, 1'b0)
  `CONTROL_REGISTER(kept_q, kept_d, '0)
  `CONTROL_REGISTER(outliers_q, outliers_d, '0)
endmodule
