// When lookups are taken: a table with the first plane of its weights, then the other planes of the same table. The last
// lookup of a segment waits until the shadow registers, which take its sums, are empty: `leave_i` + 1 cycles after the last one
// before it. An instruction takes them for full when it is first offered, so its cycles do not depend on what came before it.
`include "registers.svh"

module lut_control #(
    // Greatest leave_i.
    parameter int unsigned LeaveLimit = 31,
    localparam int unsigned LeaveBits = LeaveLimit > 0 ? $clog2(LeaveLimit + 1) : 1
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 en_i,
    input  logic                 table_valid_i,
    output logic                 table_ready_o,
    // Planes of the weights, less one.
    input  logic [          2:0] planes_i,
    // The last table of a segment, of the instruction.
    input  logic                 ends_i,
    input  logic                 last_i,
    // Cycles in which sums leave, less one.
    input  logic [LeaveBits-1:0] leave_i,
    input  logic                 weight_valid_i,
    output logic                 weight_ready_o,
    // A lookup is taken, with a new table when `load_o`.
    output logic                 issue_o,
    output logic                 load_o,
    output logic [          2:0] plane_o,
    // The first and the last lookup of a segment.
    output logic                 restart_o,
    output logic                 move_o
);
  typedef struct packed {
    logic [2:0] planes;
    logic ends;
    logic last;
    logic [LeaveBits-1:0] leave;
  } tag_t;

  tag_t current, tag_q;
  logic is_first_plane, is_last_plane, can_move, starts;
  logic [2:0] plane_q;
  logic started_q, restart_q;
  logic [LeaveBits-1:0] wait_now, wait_d, wait_q;

  assign is_first_plane = plane_q == '0;
  assign current = is_first_plane ? {planes_i, ends_i, last_i, leave_i} : tag_q;
  assign is_last_plane = plane_q == current.planes;
  // The first table of an instruction is offered.
  assign starts = table_valid_i && weight_valid_i && !started_q;
  assign wait_now = starts ? current.leave : wait_q;
  assign can_move = wait_now == '0;

  assign move_o = current.ends && is_last_plane;
  assign issue_o = weight_valid_i && (table_valid_i || !is_first_plane) && (can_move || !move_o);
  assign load_o = issue_o && is_first_plane;
  assign table_ready_o = load_o;
  assign weight_ready_o = issue_o;
  assign plane_o = plane_q;
  assign restart_o = restart_q;

  always_comb begin
    wait_d = can_move ? '0 : wait_now - LeaveBits'(1);
    if (issue_o && move_o) wait_d = current.leave;
  end

  `LOAD_REGISTER(tag_q, current, load_o)
  `CONTROL_REGISTER(plane_q, !issue_o ? plane_q : is_last_plane ? '0 : plane_q + 3'd1, '0)
  `CONTROL_REGISTER(restart_q, issue_o ? move_o : restart_q, 1'b1)
  `CONTROL_REGISTER(started_q, !(issue_o && is_last_plane && current.last) && (starts || started_q), 1'b0)
  `CONTROL_REGISTER(wait_q, wait_d, '0)
endmodule
