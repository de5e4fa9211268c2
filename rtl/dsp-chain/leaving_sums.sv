// Shadow registers: the sums of a segment stand here, in the order in which they leave (sums_arrange), while the next
// segment runs, and leave `Lanes` per cycle through the lane registers. Latency from `load_i` to the lanes 2.
`include "registers.svh"

module leaving_sums #(
    parameter int unsigned Sums = 64,
    parameter int unsigned Lanes = 8,
    parameter int unsigned TagBits = 1,
    localparam int unsigned Chunks = (Sums + Lanes - 1) / Lanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                                  clk_i,
    input  logic                                  rst_ni,
    input  logic                                  en_i,
    input  logic                                  load_i,
    input  logic [      Sums-1:0][31:0]           sums_i,
    // Chunks of sums in use, less one.
    input  logic [ ChunkBits-1:0]                 last_chunk_i,
    input  logic [   TagBits-1:0]                 tag_i,
    output logic                                  valid_o,
    output logic [     Lanes-1:0][31:0]           sums_o,
    output logic [ ChunkBits-1:0]                 chunk_o,
    output logic [   TagBits-1:0]                 tag_o
);
  logic [Chunks*Lanes-1:0][31:0] shadow_d, shadow_q;

  logic leaving_d, leaving_q, is_last;
  logic [ChunkBits-1:0] chunk_d, chunk_q, last_q;
  logic [TagBits-1:0] tag_q;

  assign is_last = chunk_q == last_q;
  always_comb begin
    leaving_d = leaving_q && !is_last;
    chunk_d = chunk_q + ChunkBits'(1);
    shadow_d = shadow_q >> (32 * Lanes);
    if (load_i) begin
      leaving_d = 1'b1;
      chunk_d = '0;
      shadow_d = (Chunks * Lanes * 32)'(sums_i);
    end
  end

  `CONTROL_REGISTER(leaving_q, leaving_d, 1'b0)
  `DATA_REGISTER(chunk_q, chunk_d)
  `DATA_REGISTER(shadow_q, shadow_d)
  `LOAD_REGISTER(last_q, last_chunk_i, load_i)
  `LOAD_REGISTER(tag_q, tag_i, load_i)

  // Lane registers.
  logic valid_q;
  logic [Lanes-1:0][31:0] lanes_q;
  logic [ChunkBits-1:0] lane_chunk_q;
  logic [TagBits-1:0] lane_tag_q;
  `CONTROL_REGISTER(valid_q, leaving_q, 1'b0)
  `DATA_REGISTER(lanes_q, shadow_q[Lanes-1:0])
  `DATA_REGISTER(lane_chunk_q, chunk_q)
  `DATA_REGISTER(lane_tag_q, tag_q)

  assign valid_o = valid_q;
  assign sums_o = lanes_q;
  assign chunk_o = lane_chunk_q;
  assign tag_o = lane_tag_q;
endmodule
