// Rows of sums that leave through the lower border: each stands there as many cycles as it has chunks, then all sums
// shift down. Latency 1 from `start_i` to the first row.
`include "registers.svh"

module leave_control #(
    parameter int unsigned RowBits = 3,
    parameter int unsigned ChunkBits = 1,
    parameter int unsigned TagBits = 1,
    parameter int unsigned SegmentBits = 1
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 en_i,
    input  logic                 start_i,
    // Rows and chunks in use, less one.
    input  logic [  RowBits-1:0] last_row_i,
    input  logic [ChunkBits-1:0] last_chunk_i,
    input  logic [SegmentBits-1:0] segment_i,
    input  logic [  TagBits-1:0] tag_i,
    output logic                 valid_o,
    output logic [  RowBits-1:0] row_o,
    output logic [ChunkBits-1:0] chunk_o,
    output logic [  TagBits-1:0] tag_o,
    output logic                 shift_o,
    output logic [SegmentBits-1:0] segment_o
);
  logic leaving_d, leaving_q, is_last_row, is_last_chunk;
  logic [SegmentBits-1:0] segment_q;
  logic [RowBits-1:0] row_d, row_q, last_row_q;
  logic [ChunkBits-1:0] chunk_d, chunk_q, last_chunk_q;
  logic [TagBits-1:0] tag_q;

  assign is_last_chunk = chunk_q == last_chunk_q;
  assign is_last_row = row_q == last_row_q;
  always_comb begin
    leaving_d = leaving_q && !(is_last_row && is_last_chunk);
    chunk_d = is_last_chunk ? '0 : chunk_q + ChunkBits'(1);
    row_d = is_last_chunk ? row_q + RowBits'(1) : row_q;
    if (start_i) begin
      leaving_d = 1'b1;
      chunk_d = '0;
      row_d = '0;
    end
  end
  `CONTROL_REGISTER(leaving_q, leaving_d, 1'b0)
  `DATA_REGISTER(chunk_q, chunk_d)
  `DATA_REGISTER(row_q, row_d)
  `LOAD_REGISTER(last_row_q, last_row_i, start_i)
  `LOAD_REGISTER(last_chunk_q, last_chunk_i, start_i)
  `LOAD_REGISTER(segment_q, segment_i, start_i)
  `LOAD_REGISTER(tag_q, tag_i, start_i)

  assign valid_o = leaving_q;
  assign row_o = row_q;
  assign chunk_o = chunk_q;
  assign tag_o = tag_q;
  assign shift_o = leaving_q && is_last_chunk && !is_last_row;
  assign segment_o = segment_q;
endmodule
