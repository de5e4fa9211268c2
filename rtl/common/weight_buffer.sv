// The two buffers of a weight-stationary array: rows are loaded into the shadow one, a swap makes it the active one. A load in
// the cycle of a swap belongs to the new shadow buffer. Rows of a tile that were not loaded are zero.
`include "registers.svh"

module weight_buffer #(
    parameter int unsigned Rows = 8,
    parameter int unsigned RowBits = 64,
    localparam int unsigned IndexBits = Rows > 1 ? $clog2(Rows) : 1
) (
    input  logic                          clk_i,
    input  logic                          rst_ni,
    input  logic                          en_i,
    input  logic                          load_i,
    input  logic [IndexBits-1:0]          load_row_i,
    input  logic [  RowBits-1:0]          load_data_i,
    input  logic                          swap_i,
    output logic [     Rows-1:0][RowBits-1:0] active_o
);
  logic [Rows-1:0] loaded_d, loaded_q;
  logic [Rows-1:0][RowBits-1:0] shadow_q, active_q;

  for (genvar row = 0; row < Rows; row++) begin : gen_rows
    logic hit;
    assign hit = load_i && load_row_i == IndexBits'(row);
    assign loaded_d[row] = hit || (loaded_q[row] && !swap_i);
    `LOAD_REGISTER(shadow_q[row], load_data_i, hit)
    `LOAD_REGISTER(active_q[row], loaded_q[row] ? shadow_q[row] : '0, swap_i)
  end

  `CONTROL_REGISTER(loaded_q, loaded_d, '0)
  assign active_o = active_q;
endmodule
