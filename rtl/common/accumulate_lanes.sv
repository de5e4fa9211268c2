// The end of the way of finished int32 sums into the accumulators. Integer output: the sums of a word are added.
// Scaled output: those of one chunk of `Lanes` are converted and scaled (group_scale) and added as f32.
//
// Latency from `valid_i` to the retire port: 1 (integer accumulate), or 3 (convert, scale, f32 accumulate). The
// retire port is the write port of the accumulators. All of an instruction is scaled, or nothing.
`include "registers.svh"

module accumulate_lanes #(
    // Sums of a word of the accumulators.
    parameter int unsigned Columns = 8,
    parameter int unsigned Lanes = 8,
    parameter int unsigned AddressBits = 6,
    localparam int unsigned Chunks = (Columns + Lanes - 1) / Lanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                              clk_i,
    input  logic                              rst_ni,
    input  logic                              en_i,
    input  logic                              valid_i,
    input  logic                              scaled_i,
    input  logic [    Columns-1:0][     31:0] sums_i,
    // Nothing of these outputs is in the accumulators yet.
    input  logic                              fresh_i,
    input  logic [AddressBits-1:0]            address_i,
    // Which sums of the word leave, scaled output only.
    input  logic [  ChunkBits-1:0]            chunk_i,
    // Scales of the chunk, taken when ready.
    input  logic                              scale_valid_i,
    output logic                              scale_ready_o,
    input  logic [      Lanes-1:0][     31:0] scale_column_i,
    input  logic [      Lanes-1:0][     31:0] scale_row_i,
    output logic [AddressBits-1:0]            read_address_o,
    input  logic [    Columns-1:0][     31:0] read_i,
    output logic [    Columns-1:0]            retire_valid_o,
    output logic [AddressBits-1:0]            retire_address_o,
    output logic [    Columns-1:0][     31:0] retire_o
);
  localparam int unsigned PaddedColumns = Chunks * Lanes;

  // What goes with a chunk through the scale lanes.
  typedef struct packed {
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] chunk;
    logic fresh;
  } tag_t;

  logic [PaddedColumns-1:0][31:0] padded_sums, padded_old;
  logic [Lanes-1:0][31:0] terms, scaled_sums;
  tag_t tag_in, tag_out;
  logic scaled_valid;

  assign scale_ready_o = valid_i && scaled_i;
  assign padded_sums = (PaddedColumns * 32)'(sums_i);
  assign tag_in = '{address: address_i, chunk: chunk_i, fresh: fresh_i};

  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(2)
  ) u_tags (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(scale_ready_o && scale_valid_i),
      .value_i(tag_in),
      .valid_o(scaled_valid),
      .value_o(tag_out)
  );

  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    group_scale u_scale (
        .clk_i,
        .en_i,
        .sum_i         (padded_sums[chunk_i*Lanes+lane]),
        .column_scale_i(scale_column_i[lane]),
        .row_scale_i   (scale_row_i[lane]),
        .halve_i       (1'b0),
        .term_o        (terms[lane])
    );
    float_add u_accumulate (
        .a_i  (tag_out.fresh ? '0 : padded_old[tag_out.chunk*Lanes+lane]),
        .b_i  (terms[lane]),
        .sum_o(scaled_sums[lane])
    );
  end

  // What retires now is not in the accumulators yet.
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
    assign retire_valid_d[column] = adds || (scaled_valid && tag_out.chunk == ChunkBits'(column / Lanes));
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
