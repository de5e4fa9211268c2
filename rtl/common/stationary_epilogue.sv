// The way out of a weight-stationary array for the int32 sums of one row of all columns, one row per cycle at most.
//
// Integer output: sums are added to the accumulators. Scaled output: sums are added to the row's partial sums; at the end of
// a scale group they are scaled by `Lanes` columns per cycle and added to the accumulators as f32.
//
// Latency from `valid_i` to the retire port: 1 (integer accumulate), or 4 (integer accumulate, convert, scale, f32
// accumulate) and one more for each further `Lanes` columns. The retire port is the write port of the accumulators.
`include "registers.svh"

module stationary_epilogue #(
    parameter int unsigned Columns = 8,
    parameter int unsigned Lanes = 8,
    parameter int unsigned PartialRows = 8,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1,
    localparam int unsigned Chunks = (Columns + Lanes - 1) / Lanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                               clk_i,
    input  logic                               rst_ni,
    input  logic                               en_i,
    input  logic                               valid_i,
    input  logic [     Columns-1:0][     31:0] sums_i,
    input  logic                               scaled_i,
    // First and last tile of a scale group.
    input  logic                               begins_i,
    input  logic                               ends_i,
    // Nothing of this output is in the accumulators yet.
    input  logic                               fresh_i,
    input  logic [ PartialBits-1:0]            partial_i,
    input  logic [ AddressBits-1:0]            address_i,
    // Chunks of columns in use, less one.
    input  logic [   ChunkBits-1:0]            last_chunk_i,
    // Scales of the chunk that leaves, taken when ready.
    input  logic                               scale_valid_i,
    output logic                               scale_ready_o,
    input  logic [       Lanes-1:0][     31:0] scale_column_i,
    input  logic [            31:0]            scale_row_i,
    output logic [ AddressBits-1:0]            read_address_o,
    input  logic [     Columns-1:0][     31:0] read_i,
    output logic [     Columns-1:0]            retire_valid_o,
    output logic [ AddressBits-1:0]            retire_address_o,
    output logic [     Columns-1:0][     31:0] retire_o
);
  localparam int unsigned PaddedColumns = Chunks * Lanes;

  // Partial sums of the running scale group.
  logic [Columns-1:0][31:0] partials_q[PartialRows];
  logic [Columns-1:0][31:0] partial_sums;
  logic accumulates, leaves;

  assign accumulates = valid_i && scaled_i;
  assign leaves = accumulates && ends_i;
  for (genvar column = 0; column < Columns; column++) begin : gen_partials
    assign partial_sums[column] = (begins_i ? '0 : partials_q[partial_i][column]) + sums_i[column];
  end

  always_ff @(posedge clk_i) begin
    if (en_i && accumulates) partials_q[partial_i] <= partial_sums;
  end

  // Chunks of a finished row leave one after the other.
  logic leaving_d, leaving_q, last_chunk;
  logic [Columns-1:0][31:0] leaving_sums_q;
  logic [ChunkBits-1:0] chunk_d, chunk_q, chunks_q;
  logic [AddressBits-1:0] leaving_address_q;
  logic leaving_fresh_q;

  assign last_chunk = chunk_q == chunks_q;
  always_comb begin
    leaving_d = leaving_q && !last_chunk;
    chunk_d = last_chunk ? '0 : chunk_q + ChunkBits'(1);
    if (leaves) begin
      leaving_d = 1'b1;
      chunk_d = '0;
    end
  end

  `CONTROL_REGISTER(leaving_q, leaving_d, 1'b0)
  `DATA_REGISTER(chunk_q, chunk_d)
  `LOAD_REGISTER(leaving_sums_q, partial_sums, leaves)
  `LOAD_REGISTER(chunks_q, last_chunk_i, leaves)
  `LOAD_REGISTER(leaving_address_q, address_i, leaves)
  `LOAD_REGISTER(leaving_fresh_q, fresh_i, leaves)

  assign scale_ready_o = leaving_q;

  logic [PaddedColumns-1:0][31:0] padded_sums;
  logic [Lanes-1:0][31:0] chunk_sums;
  assign padded_sums = (PaddedColumns * 32)'(leaving_sums_q);
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    assign chunk_sums[lane] = padded_sums[chunk_q*Lanes+lane];
  end

  accumulator_port #(
      .Columns         (Columns),
      .Lanes           (Lanes),
      .AccumulatorWords(AccumulatorWords)
  ) u_port (
      .clk_i,
      .rst_ni,
      .en_i,
      .add_i          ({Columns{valid_i && !scaled_i}}),
      .add_sums_i     (sums_i),
      .add_address_i  (address_i),
      .add_fresh_i    (fresh_i),
      .scale_i        (leaving_q && scale_valid_i),
      .scale_sums_i   (chunk_sums),
      .scale_chunk_i  (chunk_q),
      .scale_address_i(leaving_address_q),
      .scale_fresh_i  (leaving_fresh_q),
      .scale_halve_i  (1'b0),
      .scale_column_i,
      .scale_row_i,
      .read_address_o,
      .read_i,
      .retire_valid_o,
      .retire_address_o,
      .retire_o
  );
endmodule
