// Hand-over of a weight-stationary array with two weight buffers: rows of weights fill the shadow buffer while rows of
// activations meet the active one. The first row of activations of a tile makes the full shadow buffer the active one, and in
// that same cycle the shadow buffer takes the first weights of the next tile.
//
// A row of activations occupies the array for 1 + row_hold_i cycles, a tile for at least 1 + row_wait_i of its first row.
`include "registers.svh"

module stationary_control #(
    // Rows of weights of a tile.
    parameter int unsigned Rows = 8,
    // Greatest cycles that a row is held beyond its first.
    parameter int unsigned HoldLimit = 8,
    // Greatest cycles that a tile takes beyond its first, however few its rows.
    parameter int unsigned WaitLimit = 1,
    localparam int unsigned RowBits = Rows > 1 ? $clog2(Rows) : 1,
    localparam int unsigned HoldBits = $clog2(HoldLimit + 1),
    localparam int unsigned WaitBits = $clog2(WaitLimit + 1)
) (
    input  logic                clk_i,
    input  logic                rst_ni,
    input  logic                en_i,
    input  logic                weight_valid_i,
    output logic                weight_ready_o,
    // The last row of weights of a tile.
    input  logic                weight_last_i,
    input  logic                row_valid_i,
    output logic                row_ready_o,
    // The last row of activations that meets this tile.
    input  logic                row_last_i,
    input  logic [HoldBits-1:0] row_hold_i,
    input  logic [WaitBits-1:0] row_wait_i,
    // A row of weights goes to the shadow buffer, at this place.
    output logic                load_o,
    output logic [ RowBits-1:0] load_row_o,
    // A row of activations enters.
    output logic                issue_o,
    // The shadow buffer becomes the active one.
    output logic                swap_o
);
  logic shadow_full_d, shadow_full_q, in_tile_d, in_tile_q;
  logic [RowBits-1:0] fill_d, fill_q;
  logic [HoldBits-1:0] hold_d, hold_q;
  logic [WaitBits-1:0] wait_d, wait_q;

  assign row_ready_o = hold_q == '0 && (in_tile_q || (shadow_full_q && wait_q == '0));
  assign issue_o = row_valid_i && row_ready_o;
  assign swap_o = issue_o && !in_tile_q;
  assign weight_ready_o = !shadow_full_q || swap_o;
  assign load_o = weight_valid_i && weight_ready_o;
  assign load_row_o = fill_q;

  always_comb begin
    fill_d = fill_q;
    shadow_full_d = shadow_full_q && !swap_o;
    if (load_o) begin
      fill_d = weight_last_i ? '0 : fill_q + RowBits'(1);
      shadow_full_d = weight_last_i;
    end
  end

  always_comb begin
    in_tile_d = in_tile_q;
    hold_d = hold_q == '0 ? '0 : hold_q - HoldBits'(1);
    wait_d = wait_q == '0 ? '0 : wait_q - WaitBits'(1);
    if (swap_o) wait_d = row_wait_i;
    if (issue_o) begin
      in_tile_d = !row_last_i;
      hold_d = row_hold_i;
    end
  end

  `CONTROL_REGISTER(shadow_full_q, shadow_full_d, 1'b0)
  `CONTROL_REGISTER(fill_q, fill_d, '0)
  `CONTROL_REGISTER(in_tile_q, in_tile_d, 1'b0)
  `CONTROL_REGISTER(hold_q, hold_d, '0)
  `CONTROL_REGISTER(wait_q, wait_d, '0)
endmodule
