// The way out of the shift-and-add array: sums of a row are added to those of its group; at the end of the group they leave,
// corrected and scaled by `Lanes` columns per cycle, or, where there is nothing to correct or scale, a whole row at once.
//
// Latency to the retire port: group sum register, zero correction register, then accumulator_port; one more for each further
// `Lanes` columns.
`include "registers.svh"

module mixpe_epilogue #(
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
  localparam int unsigned PaddedColumns = Chunks * Lanes;

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

  assign zero_ready_o = leaving_q && leaving_tag_q.corrects;

  // Zero correction.
  logic [PaddedColumns-1:0][31:0] padded_sums, padded_corrected;
  logic [Lanes-1:0][31:0] corrected, chunk_sums;
  logic [Columns-1:0][31:0] corrected_d, corrected_q;
  logic [Columns-1:0] add_d, add_q;
  logic scale_q;
  logic [ChunkBits-1:0] corrected_chunk_q;
  tag_t corrected_tag_q;

  assign padded_sums = (PaddedColumns * 32)'(leaving_sums_q);
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    logic [31:0] activation_sum;
    if (ActivationSums == 1) begin : gen_shared
      assign activation_sum = leaving_activations_q[0];
    end else begin : gen_own
      logic [PaddedColumns-1:0][31:0] padded_activations;
      assign padded_activations = (PaddedColumns * 32)'(leaving_activations_q);
      assign activation_sum = padded_activations[chunk_q*Lanes+lane];
    end
    group_correction u_correction (
        .sum_i           (padded_sums[chunk_q*Lanes+lane]),
        .activation_sum_i(activation_sum),
        .factor_i        (zero_factor_i[lane]),
        .doubles_i       (leaving_tag_q.doubles),
        .sum_o           (corrected[lane])
    );
  end

  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    assign corrected_d[column] = leaving_tag_q.corrects ? corrected[column%Lanes] : leaving_sums_q[column];
    assign add_d[column] = leaving_q && !leaving_tag_q.scaled
        && (!leaving_tag_q.corrects || (zero_valid_i && chunk_q == ChunkBits'(column / Lanes)));
  end

  `DATA_REGISTER(corrected_q, corrected_d)
  `CONTROL_REGISTER(add_q, add_d, '0)
  `CONTROL_REGISTER(scale_q, zero_ready_o && zero_valid_i && leaving_tag_q.scaled, 1'b0)
  `DATA_REGISTER(corrected_chunk_q, chunk_q)
  `DATA_REGISTER(corrected_tag_q, leaving_tag_q)
  assign scale_ready_o = scale_q;

  assign padded_corrected = (PaddedColumns * 32)'(corrected_q);
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_chunk
    assign chunk_sums[lane] = padded_corrected[corrected_chunk_q*Lanes+lane];
  end

  accumulator_port #(
      .Columns         (Columns),
      .Lanes           (Lanes),
      .AccumulatorWords(AccumulatorWords)
  ) u_port (
      .clk_i,
      .rst_ni,
      .en_i,
      .add_i          (add_q),
      .add_sums_i     (corrected_q),
      .add_address_i  (corrected_tag_q.address),
      .add_fresh_i    (corrected_tag_q.fresh),
      .scale_i        (scale_q && scale_valid_i),
      .scale_sums_i   (chunk_sums),
      .scale_chunk_i  (corrected_chunk_q),
      .scale_address_i(corrected_tag_q.address),
      .scale_fresh_i  (corrected_tag_q.fresh),
      .scale_halve_i  (1'b0),
      .scale_column_i,
      .scale_row_i,
      .read_address_o,
      .read_i,
      .retire_valid_o,
      .retire_address_o,
      .retire_o
  );

  logic unused_tag;
  assign unused_tag = ^{corrected_tag_q.scaled, corrected_tag_q.corrects, corrected_tag_q.doubles,
                        corrected_tag_q.last_chunk};
endmodule
