// The way out of a float array for segments of K: finished f32 sums are converted to int32 and added to the accumulators, a
// row of all columns per cycle; or scaled and added as f32, `Lanes` columns per cycle. Two registers: convert or scale,
// accumulate, which is the retire port. The first chunk of a row leaves in the cycle of `finish_i`.
`include "registers.svh"

module float_epilogue #(
    parameter int unsigned Columns = 8,
    parameter int unsigned Lanes = 8,
    parameter int unsigned AddressBits = 6,
    localparam int unsigned Chunks = (Columns + Lanes - 1) / Lanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                            clk_i,
    input  logic                            rst_ni,
    input  logic                            en_i,
    // A row with scales finishes in the next cycle.
    input  logic                            prepare_i,
    // The sums of a row are complete.
    input  logic                            finish_i,
    input  logic [  Columns-1:0][     31:0] sums_i,
    input  logic                            convert_i,
    input  logic                            fresh_i,
    input  logic [AddressBits-1:0]          address_i,
    input  logic [ ChunkBits-1:0]           last_chunk_i,
    // Scales of the chunk that leaves next, taken when ready.
    input  logic                            scale_valid_i,
    output logic                            scale_ready_o,
    input  logic [    Lanes-1:0][     31:0] scale_column_i,
    input  logic [         31:0]            scale_row_i,
    output logic [AddressBits-1:0]          read_address_o,
    input  logic [  Columns-1:0][     31:0] read_i,
    output logic [  Columns-1:0]            retire_valid_o,
    output logic [AddressBits-1:0]          retire_address_o,
    output logic [  Columns-1:0][     31:0] retire_o
);
  localparam int unsigned PaddedColumns = Chunks * Lanes;

  typedef struct packed {
    logic converts;
    logic fresh;
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] chunk;
  } tag_t;

  // The row that leaves, and which chunk of it; what is left of it waits here.
  logic active, leaving_d, leaving_q, converts, fresh_q, last_chunk;
  logic [AddressBits-1:0] address_q;
  logic [ChunkBits-1:0] chunk, chunk_q, chunks_q;
  logic [Columns-1:0][31:0] sums, sums_q;

  assign active = finish_i || leaving_q;
  assign converts = finish_i && convert_i;
  assign chunk = finish_i ? '0 : chunk_q;
  assign last_chunk = converts || chunk == (finish_i ? last_chunk_i : chunks_q);
  assign leaving_d = active && !last_chunk;
  assign sums = finish_i ? sums_i : sums_q;
  `CONTROL_REGISTER(leaving_q, leaving_d, 1'b0)
  `DATA_REGISTER(chunk_q, chunk + ChunkBits'(1))
  `LOAD_REGISTER(sums_q, sums_i, finish_i)
  `LOAD_REGISTER(fresh_q, fresh_i, finish_i)
  `LOAD_REGISTER(address_q, address_i, finish_i)
  `LOAD_REGISTER(chunks_q, last_chunk_i, finish_i)

  assign scale_ready_o = prepare_i || leaving_d;

  // Convert register and scale register.
  logic [Columns-1:0][31:0] converted_q;
  logic [Lanes-1:0][31:0] terms_q;
  logic [PaddedColumns-1:0][31:0] padded_sums;
  assign padded_sums = (PaddedColumns * 32)'(sums);

  for (genvar column = 0; column < Columns; column++) begin : gen_convert
    logic [31:0] converted;
    float_to_integer u_convert (
        .number_i (sums_i[column]),
        .integer_o(converted)
    );
    `DATA_REGISTER(converted_q[column], converted)
  end

  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_scale
    logic [31:0] scale, scale_q, term;
    float_multiply u_scale (
        .a_i      (scale_column_i[lane]),
        .b_i      (scale_row_i),
        .product_o(scale)
    );
    `LOAD_REGISTER(scale_q, scale, scale_valid_i && scale_ready_o)
    float_multiply u_term (
        .a_i      (padded_sums[chunk*Lanes+lane]),
        .b_i      (scale_q),
        .product_o(term)
    );
    `DATA_REGISTER(terms_q[lane], term)
  end

  tag_t tag_q;
  logic valid_q;
  `CONTROL_REGISTER(valid_q, active, 1'b0)
  `DATA_REGISTER(tag_q, tag_t'({converts, finish_i ? {fresh_i, address_i} : {fresh_q, address_q}, chunk}))

  // Accumulators: what retires now is not in them yet.
  logic [Columns-1:0][31:0] old, retire_d, retire_q;
  logic [PaddedColumns-1:0][31:0] padded_old;
  logic [Columns-1:0] retire_valid_d, retire_valid_q;
  logic [AddressBits-1:0] retire_address_q;
  logic [Lanes-1:0][31:0] scaled_sums;

  assign read_address_o = tag_q.address;
  assign padded_old = (PaddedColumns * 32)'(old);
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_accumulate
    float_add u_accumulate (
        .a_i  (tag_q.fresh ? '0 : padded_old[tag_q.chunk*Lanes+lane]),
        .b_i  (terms_q[lane]),
        .sum_o(scaled_sums[lane])
    );
  end
  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    assign old[column] = retire_valid_q[column] && retire_address_q == tag_q.address
        ? retire_q[column] : read_i[column];
    assign retire_valid_d[column] = valid_q && (tag_q.converts || tag_q.chunk == ChunkBits'(column / Lanes));
    assign retire_d[column] = tag_q.converts
        ? (tag_q.fresh ? '0 : old[column]) + converted_q[column] : scaled_sums[column % Lanes];
    `DATA_REGISTER(retire_q[column], retire_d[column])
    `CONTROL_REGISTER(retire_valid_q[column], retire_valid_d[column], 1'b0)
  end
  `DATA_REGISTER(retire_address_q, tag_q.address)

  assign retire_valid_o = retire_valid_q;
  assign retire_address_o = retire_address_q;
  assign retire_o = retire_q;
endmodule
