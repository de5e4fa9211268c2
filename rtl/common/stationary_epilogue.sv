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

  // What goes with a chunk through the scale lanes.
  typedef struct packed {
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] chunk;
    logic fresh;
  } tag_t;

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
  tag_t tag_out;
  logic scaled_valid;

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

  logic [PaddedColumns-1:0][31:0] padded_sums, padded_old;
  assign padded_sums = (PaddedColumns * 32)'(leaving_sums_q);

  logic [Lanes-1:0][31:0] terms, scaled_sums;
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    group_scale u_scale (
        .clk_i,
        .en_i,
        .sum_i         (padded_sums[chunk_q*Lanes+lane]),
        .column_scale_i(scale_column_i[lane]),
        .row_scale_i   (scale_row_i),
        .halve_i       (1'b0),
        .term_o        (terms[lane])
    );
    float_add u_accumulate (
        .a_i  (tag_out.fresh ? '0 : padded_old[tag_out.chunk*Lanes+lane]),
        .b_i  (terms[lane]),
        .sum_o(scaled_sums[lane])
    );
  end

  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(2)
  ) u_tags (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(leaving_q && scale_valid_i),
      .value_i({leaving_address_q, chunk_q, leaving_fresh_q}),
      .valid_o(scaled_valid),
      .value_o(tag_out)
  );

  // Accumulators: what retires now is not in them yet.
  logic [Columns-1:0][31:0] old, retire_d, retire_q;
  logic [Columns-1:0] retire_valid_d, retire_valid_q;
  logic [AddressBits-1:0] retire_address_q;
  logic adds;

  assign adds = valid_i && !scaled_i;
  assign read_address_o = adds ? address_i : tag_out.address;
  assign padded_old = (PaddedColumns * 32)'(old);
  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    assign old[column] = retire_valid_q[column] && retire_address_q == read_address_o
        ? retire_q[column] : read_i[column];
    assign retire_valid_d[column] = adds
        || (scaled_valid && tag_out.chunk == ChunkBits'(column / Lanes));
    assign retire_d[column] = adds
        ? (fresh_i ? '0 : old[column]) + sums_i[column] : scaled_sums[column % Lanes];
    `DATA_REGISTER(retire_q[column], retire_d[column])
    `CONTROL_REGISTER(retire_valid_q[column], retire_valid_d[column], 1'b0)
  end
  `DATA_REGISTER(retire_address_q, read_address_o)

  assign retire_valid_o = retire_valid_q;
  assign retire_address_o = retire_address_q;
  assign retire_o = retire_q;
endmodule
