// The write port of the accumulators: int32 sums of a row are added modulo 2^32, or `Lanes` sums of a row are scaled to f32
// and added as f32. An instruction does one or the other.
//
// Latency to the retire port: 1 (integer accumulate) or 3 (convert, scale, f32 accumulate).
`include "registers.svh"

module accumulator_port #(
    parameter int unsigned Columns = 8,
    parameter int unsigned Lanes = 8,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned Chunks = (Columns + Lanes - 1) / Lanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                           clk_i,
    input  logic                           rst_ni,
    input  logic                           en_i,
    // Sums that are added as they are.
    input  logic [Columns-1:0]             add_i,
    input  logic [Columns-1:0][      31:0] add_sums_i,
    input  logic [AddressBits-1:0]         add_address_i,
    // Nothing of this output is in the accumulators yet.
    input  logic                           add_fresh_i,
    // Sums of columns chunk * Lanes + lane that are scaled; a half each where they count halves.
    input  logic                           scale_i,
    input  logic [  Lanes-1:0][      31:0] scale_sums_i,
    input  logic [ChunkBits-1:0]           scale_chunk_i,
    input  logic [AddressBits-1:0]         scale_address_i,
    input  logic                           scale_fresh_i,
    input  logic                           scale_halve_i,
    input  logic [  Lanes-1:0][      31:0] scale_column_i,
    input  logic [       31:0]             scale_row_i,
    output logic [AddressBits-1:0]         read_address_o,
    input  logic [Columns-1:0][      31:0] read_i,
    output logic [Columns-1:0]             retire_valid_o,
    output logic [AddressBits-1:0]         retire_address_o,
    output logic [Columns-1:0][      31:0] retire_o
);
  localparam int unsigned PaddedColumns = Chunks * Lanes;

  // What goes with a chunk through the scale lanes.
  typedef struct packed {
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] chunk;
    logic fresh;
  } tag_t;

  logic [PaddedColumns-1:0][31:0] padded_old;
  logic [Lanes-1:0][31:0] terms, scaled_sums;
  logic scaled_valid;
  tag_t scaled_tag;

  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    group_scale u_scale (
        .clk_i,
        .en_i,
        .sum_i         (scale_sums_i[lane]),
        .column_scale_i(scale_column_i[lane]),
        .row_scale_i   (scale_row_i),
        .halve_i       (scale_halve_i),
        .term_o        (terms[lane])
    );
    float_add u_accumulate (
        .a_i  (scaled_tag.fresh ? '0 : padded_old[scaled_tag.chunk*Lanes+lane]),
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
      .valid_i(scale_i),
      .value_i({scale_address_i, scale_chunk_i, scale_fresh_i}),
      .valid_o(scaled_valid),
      .value_o(scaled_tag)
  );

  // What retires now is not in the accumulators yet.
  logic [Columns-1:0][31:0] old, retire_d, retire_q;
  logic [Columns-1:0] retire_valid_d, retire_valid_q;
  logic [AddressBits-1:0] retire_address_q;
  logic adds;

  assign adds = add_i != '0;
  assign read_address_o = adds ? add_address_i : scaled_tag.address;
  assign padded_old = (PaddedColumns * 32)'(old);
  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    assign old[column] = retire_valid_q[column] && retire_address_q == read_address_o
        ? retire_q[column] : read_i[column];
    assign retire_valid_d[column] = add_i[column]
        || (scaled_valid && scaled_tag.chunk == ChunkBits'(column / Lanes));
    assign retire_d[column] = adds
        ? (add_fresh_i ? '0 : old[column]) + add_sums_i[column] : scaled_sums[column % Lanes];
    `DATA_REGISTER(retire_q[column], retire_d[column])
    `CONTROL_REGISTER(retire_valid_q[column], retire_valid_d[column], 1'b0)
  end
  `DATA_REGISTER(retire_address_q, read_address_o)

  assign retire_valid_o = retire_valid_q;
  assign retire_address_o = retire_address_q;
  assign retire_o = retire_q;
endmodule
