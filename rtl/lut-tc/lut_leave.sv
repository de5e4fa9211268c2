// Which sums leave the shadow registers when: all rows one after the other, each at once (integer output) or `Lanes` columns
// per cycle (scaled). Rows and columns that an output tile does not have take their turns too, but are not written.
`include "registers.svh"

module lut_leave #(
    parameter int unsigned Rows = 2,
    parameter int unsigned Chunks = 16,
    localparam int unsigned RowBits = Rows > 1 ? $clog2(Rows) : 1,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 en_i,
    // Sums enter the shadow registers.
    input  logic                 move_i,
    input  logic                 scaled_i,
    // Rows and chunks of columns in use, less one.
    input  logic [  RowBits-1:0] last_row_i,
    input  logic [ChunkBits-1:0] last_chunk_i,
    output logic [  RowBits-1:0] row_o,
    output logic [ChunkBits-1:0] chunk_o,
    // Sums of the tile leave.
    output logic                 leaves_o,
    // The last turn of all.
    output logic                 ends_o
);
  logic leaving_d, leaving_q, is_last_chunk, is_last;
  logic [RowBits-1:0] row_d, row_q, last_row_q;
  logic [ChunkBits-1:0] chunk_d, chunk_q, last_chunk_q;
  logic scaled_q;

  assign is_last_chunk = !scaled_q || chunk_q == ChunkBits'(Chunks - 1);
  assign is_last = is_last_chunk && row_q == RowBits'(Rows - 1);

  always_comb begin
    leaving_d = leaving_q && !is_last;
    chunk_d = is_last_chunk ? '0 : chunk_q + ChunkBits'(1);
    row_d = is_last_chunk ? row_q + RowBits'(1) : row_q;
    if (move_i) begin
      leaving_d = 1'b1;
      chunk_d = '0;
      row_d = '0;
    end
  end

  `CONTROL_REGISTER(leaving_q, leaving_d, 1'b0)
  `DATA_REGISTER(row_q, row_d)
  `DATA_REGISTER(chunk_q, chunk_d)
  `LOAD_REGISTER(scaled_q, scaled_i, move_i)
  `LOAD_REGISTER(last_row_q, last_row_i, move_i)
  `LOAD_REGISTER(last_chunk_q, last_chunk_i, move_i)

  assign row_o = row_q;
  assign chunk_o = chunk_q;
  assign leaves_o = leaving_q && row_q <= last_row_q && chunk_q <= last_chunk_q;
  assign ends_o = leaving_q && is_last;
endmodule
