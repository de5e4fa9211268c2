// The order in which the multipliers take the sums of a pass: group of columns by group, centroid by centroid, from the cycle
// behind `start_i` on, to the last group in use.
`include "registers.svh"

module centroid_walk #(
    parameter int unsigned Groups = 4,
    parameter int unsigned IndexBits = 3,
    localparam int unsigned GroupBits = Groups > 1 ? $clog2(Groups) : 1
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 en_i,
    input  logic                 start_i,
    input  logic [GroupBits-1:0] last_group_i,
    output logic                 active_o,
    output logic [IndexBits-1:0] centroid_o,
    output logic [GroupBits-1:0] group_o,
    // First and last centroid of a group.
    output logic                 first_o,
    output logic                 last_o
);
  logic active_d, active_q;
  logic [IndexBits-1:0] centroid_d, centroid_q;
  logic [GroupBits-1:0] group_d, group_q, last_group_q;

  assign first_o = centroid_q == '0;
  assign last_o = centroid_q == '1;
  always_comb begin
    active_d = active_q && !(last_o && group_q == last_group_q);
    centroid_d = centroid_q + IndexBits'(1);
    group_d = last_o ? group_q + GroupBits'(1) : group_q;
    if (start_i) begin
      active_d = 1'b1;
      centroid_d = '0;
      group_d = '0;
    end
  end
  `CONTROL_REGISTER(active_q, active_d, 1'b0)
  `DATA_REGISTER(centroid_q, centroid_d)
  `DATA_REGISTER(group_q, group_d)
  `LOAD_REGISTER(last_group_q, last_group_i, start_i)

  assign active_o = active_q;
  assign centroid_o = centroid_q;
  assign group_o = group_q;
endmodule
