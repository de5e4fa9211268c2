// Sums that leave an array which multiplies codes as they are stored: `Lanes` of a row per cycle are corrected, then scaled or
// added to the accumulators; or, where there is nothing to correct or scale, a whole row is added at once.
//
// Latency to the retire port: zero correction register, then accumulator_port.
`include "registers.svh"

module correction_lanes #(
    parameter int unsigned Columns = 8,
    parameter int unsigned Lanes = 8,
    // Columns with sums of activations of their own: all, or 1 for all.
    parameter int unsigned ActivationSums = 1,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned Chunks = (Columns + Lanes - 1) / Lanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                             clk_i,
    input  logic                             rst_ni,
    input  logic                             en_i,
    input  logic                             valid_i,
    input  logic [       Columns-1:0][ 31:0] sums_i,
    input  logic [ActivationSums-1:0][ 31:0] activation_sums_i,
    // Which sums of the row leave through the lanes.
    input  logic [     ChunkBits-1:0]        chunk_i,
    input  logic                             scaled_i,
    // Sums leave through the lanes.
    input  logic                             corrects_i,
    input  logic                             doubles_i,
    // Nothing of these outputs is in the accumulators yet.
    input  logic                             fresh_i,
    input  logic [   AddressBits-1:0]        address_i,
    // What the chunk is corrected and, one cycle later, scaled by.
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
    logic fresh;
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] chunk;
  } tag_t;

  logic [PaddedColumns-1:0][31:0] padded_sums, padded_corrected;
  logic [Lanes-1:0][31:0] corrected, chunk_sums;
  logic [Columns-1:0][31:0] corrected_d, corrected_q;
  logic [Columns-1:0] add_d, add_q;
  logic scale_q;
  tag_t tag_q;

  assign zero_ready_o = valid_i && corrects_i;
  assign padded_sums = (PaddedColumns * 32)'(sums_i);
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    logic [31:0] activation_sum;
    if (ActivationSums == 1) begin : gen_shared
      assign activation_sum = activation_sums_i[0];
    end else begin : gen_own
      logic [PaddedColumns-1:0][31:0] padded_activations;
      assign padded_activations = (PaddedColumns * 32)'(activation_sums_i);
      assign activation_sum = padded_activations[chunk_i*Lanes+lane];
    end
    group_correction u_correction (
        .sum_i           (padded_sums[chunk_i*Lanes+lane]),
        .activation_sum_i(activation_sum),
        .factor_i        (zero_factor_i[lane]),
        .doubles_i,
        .sum_o           (corrected[lane])
    );
  end

  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    assign corrected_d[column] = corrects_i ? corrected[column%Lanes] : sums_i[column];
    assign add_d[column] = valid_i && !scaled_i
        && (!corrects_i || (zero_valid_i && chunk_i == ChunkBits'(column / Lanes)));
  end

  `DATA_REGISTER(corrected_q, corrected_d)
  `CONTROL_REGISTER(add_q, add_d, '0)
  `CONTROL_REGISTER(scale_q, zero_ready_o && zero_valid_i && scaled_i, 1'b0)
  `DATA_REGISTER(tag_q, tag_t'({fresh_i, address_i, chunk_i}))
  assign scale_ready_o = scale_q;

  assign padded_corrected = (PaddedColumns * 32)'(corrected_q);
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_chunk
    assign chunk_sums[lane] = padded_corrected[tag_q.chunk*Lanes+lane];
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
      .add_address_i  (tag_q.address),
      .add_fresh_i    (tag_q.fresh),
      .scale_i        (scale_q && scale_valid_i),
      .scale_sums_i   (chunk_sums),
      .scale_chunk_i  (tag_q.chunk),
      .scale_address_i(tag_q.address),
      .scale_fresh_i  (tag_q.fresh),
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
