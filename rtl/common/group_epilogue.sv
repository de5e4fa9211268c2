// The way out of a weight-stationary array that multiplies codes as they are stored: sums of a row are added to those of its
// group; at the end of the group they leave, corrected and scaled by `Lanes` columns per cycle, or, where there is nothing to
// correct or scale, a whole row at once.
//
// Latency to the retire port: group sum register, then correction_lanes; one more for each further `Lanes` columns.
`include "registers.svh"

module group_epilogue #(
    parameter int unsigned Columns = 8,
    parameter int unsigned Lanes = 8,
    parameter int unsigned PartialRows = 8,
    // Columns with sums of activations of their own: all, or 1 for all.
    parameter int unsigned ActivationSums = 1,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1,
    localparam int unsigned Chunks = (Columns + Lanes - 1) / Lanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                             clk_i,
    input  logic                             rst_ni,
    input  logic                             en_i,
    input  logic                             valid_i,
    input  logic [       Columns-1:0][ 31:0] sums_i,
    input  logic [ActivationSums-1:0][ 31:0] activation_sums_i,
    input  logic                             scaled_i,
    // Sums leave through the lanes.
    input  logic                             corrects_i,
    input  logic                             doubles_i,
    // First and last tile of a group.
    input  logic                             begins_i,
    input  logic                             ends_i,
    // Nothing of this output is in the accumulators yet.
    input  logic                             fresh_i,
    input  logic [   PartialBits-1:0]        partial_i,
    input  logic [   AddressBits-1:0]        address_i,
    // Chunks of columns in use, less one.
    input  logic [     ChunkBits-1:0]        last_chunk_i,
    // What the chunk that leaves is corrected and, one cycle later, scaled by.
    input  logic                             zero_valid_i,
    output logic                             zero_ready_o,
    input  logic [         Lanes-1:0][ 16:0] zero_factor_i,
    input  logic                             scale_valid_i,
    output logic                             scale_ready_o,
    input  logic [         Lanes-1:0][ 31:0] scale_column_i,
    input  logic [              31:0]        scale_row_i,
    output logic [   AddressBits-1:0]        read_address_o,
    input  logic [       Columns-1:0][ 31:0] read_i,
    output logic [       Columns-1:0]        retire_valid_o,
    output logic [   AddressBits-1:0]        retire_address_o,
    output logic [       Columns-1:0][ 31:0] retire_o
);
  typedef struct packed {
    logic scaled;
    logic corrects;
    logic doubles;
    logic fresh;
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] last_chunk;
  } tag_t;

  // Sums of the running group.
  logic [Columns-1:0][31:0] partials_q[PartialRows];
  logic [ActivationSums-1:0][31:0] activation_partials_q[PartialRows];
  logic [Columns-1:0][31:0] group_sums, leaving_sums_q;
  logic [ActivationSums-1:0][31:0] activations, leaving_activations_q;
  logic leaves;

  assign leaves = valid_i && ends_i;
  for (genvar i = 0; i < Columns; i++) begin : gen_partials
    assign group_sums[i] = (begins_i ? '0 : partials_q[partial_i][i]) + sums_i[i];
  end
  for (genvar i = 0; i < ActivationSums; i++) begin : gen_activation_partials
    assign activations[i] = (begins_i ? '0 : activation_partials_q[partial_i][i]) + activation_sums_i[i];
  end

  always_ff @(posedge clk_i) begin
    if (en_i && valid_i) begin
      partials_q[partial_i] <= group_sums;
      activation_partials_q[partial_i] <= activations;
    end
  end

  // Chunks of a finished row leave one after the other, or the row at once.
  logic leaving_d, leaving_q, is_last_chunk;
  logic [ChunkBits-1:0] chunk_d, chunk_q;
  tag_t leaving_tag_q;

  assign is_last_chunk = !leaving_tag_q.corrects || chunk_q == leaving_tag_q.last_chunk;
  always_comb begin
    leaving_d = leaving_q && !is_last_chunk;
    chunk_d = is_last_chunk ? '0 : chunk_q + ChunkBits'(1);
    if (leaves) begin
      leaving_d = 1'b1;
      chunk_d = '0;
    end
  end

  `CONTROL_REGISTER(leaving_q, leaving_d, 1'b0)
  `DATA_REGISTER(chunk_q, chunk_d)
  `LOAD_REGISTER(leaving_sums_q, group_sums, leaves)
  `LOAD_REGISTER(leaving_activations_q, activations, leaves)
  `LOAD_REGISTER(leaving_tag_q, tag_t'({scaled_i, corrects_i, doubles_i, fresh_i, address_i, last_chunk_i}), leaves)

  correction_lanes #(
      .Columns         (Columns),
      .Lanes           (Lanes),
      .ActivationSums  (ActivationSums),
      .AccumulatorWords(AccumulatorWords)
  ) u_lanes (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i          (leaving_q),
      .sums_i           (leaving_sums_q),
      .activation_sums_i(leaving_activations_q),
      .chunk_i          (chunk_q),
      .scaled_i         (leaving_tag_q.scaled),
      .corrects_i       (leaving_tag_q.corrects),
      .doubles_i        (leaving_tag_q.doubles),
      .fresh_i          (leaving_tag_q.fresh),
      .address_i        (leaving_tag_q.address),
      .zero_valid_i,
      .zero_ready_o,
      .zero_factor_i,
      .scale_valid_i,
      .scale_ready_o,
      .scale_column_i,
      .scale_row_i,
      .read_address_o,
      .read_i,
      .retire_valid_o,
      .retire_address_o,
      .retire_o
  );
endmodule
