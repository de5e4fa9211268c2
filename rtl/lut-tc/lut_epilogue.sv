// Zero correction of the sums that leave, a whole row (integer output) or a chunk of it (scaled), and their way into the
// accumulators. Latency: zero correction register, then accumulator_port.
`include "registers.svh"

module lut_epilogue #(
    parameter int unsigned TileN = 64,
    parameter int unsigned Lanes = 4,
    parameter int unsigned RoundedEntries = 0,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned Chunks = (TileN + Lanes - 1) / Lanes,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                          clk_i,
    input  logic                          rst_ni,
    input  logic                          en_i,
    // Sums of a row leave; the last ones of the instruction, whether or not they are used.
    input  logic                          leaves_i,
    input  logic                          completes_i,
    input  logic [TileN-1:0][      32:0]  sums_i,
    input  logic [     32:0]              group_sum_i,
    input  logic [ChunkBits-1:0]          chunk_i,
    input  logic                          scaled_i,
    input  logic                          affine_i,
    input  logic                          fresh_i,
    input  logic [AddressBits-1:0]        address_i,
    input  logic                          zero_valid_i,
    output logic                          zero_ready_o,
    input  logic [TileN-1:0][       9:0]  zero_value_i,
    input  logic                          scale_valid_i,
    output logic                          scale_ready_o,
    input  logic [Lanes-1:0][      31:0]  scale_column_i,
    input  logic [     31:0]              scale_row_i,
    output logic [AddressBits-1:0]        read_address_o,
    input  logic [TileN-1:0][      31:0]  read_i,
    output logic [TileN-1:0]              retire_valid_o,
    output logic [AddressBits-1:0]        retire_address_o,
    output logic [TileN-1:0][      31:0]  retire_o,
    output logic                          complete_o
);
  localparam int unsigned PaddedColumns = Chunks * Lanes;

  typedef struct packed {
    logic scaled;
    logic affine;
    logic fresh;
    logic [ChunkBits-1:0] chunk;
    logic [AddressBits-1:0] address;
  } tag_t;

  tag_t tag, tag_q;
  logic corrected_valid_q;
  logic [PaddedColumns-1:0][32:0] padded_sums;
  logic [TileN-1:0][31:0] corrected_d, corrected_q;

  assign tag = '{scaled: scaled_i, affine: affine_i, fresh: fresh_i, chunk: chunk_i, address: address_i};
  assign zero_ready_o = leaves_i;
  assign padded_sums = (PaddedColumns * 33)'(sums_i);

  for (genvar i = 0; i < TileN; i++) begin : gen_corrections
    logic [32:0] sum;
    // The first `Lanes` units serve the chunks of a row.
    if (i < Lanes) begin : gen_lane
      assign sum = padded_sums[(scaled_i?chunk_i*Lanes : 0)+i];
    end else begin : gen_column
      assign sum = sums_i[i];
    end
    lut_zero_correction #(
        .RoundedEntries(RoundedEntries)
    ) u_correction (
        .sum_i      (sum),
        .group_sum_i(group_sum_i),
        .zero_i     (zero_value_i[i]),
        .corrects_i (affine_i),
        .sum_o      (corrected_d[i])
    );
  end

  `DATA_REGISTER(corrected_q, corrected_d)
  `DATA_REGISTER(tag_q, tag)
  `CONTROL_REGISTER(corrected_valid_q, leaves_i && zero_valid_i, 1'b0)
  assign scale_ready_o = corrected_valid_q && tag_q.scaled;

  accumulator_port #(
      .Columns         (TileN),
      .Lanes           (Lanes),
      .AccumulatorWords(AccumulatorWords)
  ) u_port (
      .clk_i,
      .rst_ni,
      .en_i,
      .add_i          ({TileN{corrected_valid_q && !tag_q.scaled}}),
      .add_sums_i     (corrected_q),
      .add_address_i  (tag_q.address),
      .add_fresh_i    (tag_q.fresh),
      .scale_i        (scale_ready_o && scale_valid_i),
      .scale_sums_i   (corrected_q[Lanes-1:0]),
      .scale_chunk_i  (tag_q.chunk),
      .scale_address_i(tag_q.address),
      .scale_fresh_i  (tag_q.fresh),
      .scale_halve_i  (RoundedEntries != 0 && tag_q.affine),
      .scale_column_i,
      .scale_row_i,
      .read_address_o,
      .read_i,
      .retire_valid_o,
      .retire_address_o,
      .retire_o
  );

  // Zero correction, then one register or three.
  logic [4:1] completes_q;
  logic scaled_q;
  `CONTROL_REGISTER(completes_q, {completes_q[3:1], completes_i}, '0)
  `LOAD_REGISTER(scaled_q, scaled_i, completes_i)
  assign complete_o = scaled_q ? completes_q[4] : completes_q[2];
endmodule
