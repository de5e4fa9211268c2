// A row of multipliers (engine `serial-mac`): one activation per cycle, broadcast to all columns. The sums of a scale group, or of
// all K, go to the accumulators together.
//
// Registers of a step: operand, product, sum, then accumulator_port.
`include "registers.svh"

module serial_mac #(
    parameter int unsigned Columns = 64,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1
) (
    input  logic                           clk_i,
    input  logic                           rst_ni,
    input  logic                           en_i,
    // A k of a row: its activation, and weights less their zero points.
    input  logic                           step_valid_i,
    output logic                           step_ready_o,
    input  logic [            8:0]         step_activation_i,
    input  logic [    Columns-1:0][   8:0] step_weight_i,
    // The first and the last k of a sum.
    input  logic                           step_begins_i,
    input  logic                           step_ends_i,
    input  logic                           step_scaled_i,
    // Nothing of these outputs is in the accumulators yet.
    input  logic                           step_fresh_i,
    input  logic [AddressBits-1:0]         step_address_i,
    // Scales of the sums that leave.
    input  logic                           scale_valid_i,
    output logic                           scale_ready_o,
    input  logic [    Columns-1:0][  31:0] scale_column_i,
    input  logic [           31:0]         scale_row_i,
    output logic [AddressBits-1:0]         read_address_o,
    input  logic [    Columns-1:0][  31:0] read_i,
    output logic [    Columns-1:0]         retire_valid_o,
    output logic [AddressBits-1:0]         retire_address_o,
    output logic [    Columns-1:0][  31:0] retire_o
);
  typedef struct packed {
    logic begins;
    logic ends;
    logic scaled;
    logic fresh;
    logic [AddressBits-1:0] address;
  } tag_t;

  logic [8:0] activation_q;
  logic [Columns-1:0][8:0] weights_q;
  logic product_valid, sums_valid_q;
  tag_t product_tag, sums_tag_q;
  logic [Columns-1:0][31:0] sums;

  assign step_ready_o = 1'b1;
  `DATA_REGISTER(activation_q, step_activation_i)
  `DATA_REGISTER(weights_q, step_weight_i)

  delay_line #(
      .Width ($bits(tag_t)),
      .Cycles(2)
  ) u_tags (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(step_valid_i),
      .value_i({step_begins_i, step_ends_i, step_scaled_i, step_fresh_i, step_address_i}),
      .valid_o(product_valid),
      .value_o(product_tag)
  );
  `CONTROL_REGISTER(sums_valid_q, product_valid && product_tag.ends, 1'b0)
  `DATA_REGISTER(sums_tag_q, product_tag)

  for (genvar column = 0; column < Columns; column++) begin : gen_lanes
    serial_lane u_lane (
        .clk_i,
        .en_i,
        .activation_i(activation_q),
        .weight_i    (weights_q[column]),
        .valid_i     (product_valid),
        .begins_i    (product_tag.begins),
        .sum_o       (sums[column])
    );
  end

  assign scale_ready_o = sums_valid_q && sums_tag_q.scaled;

  accumulator_port #(
      .Columns         (Columns),
      .Lanes           (Columns),
      .AccumulatorWords(AccumulatorWords)
  ) u_port (
      .clk_i,
      .rst_ni,
      .en_i,
      .add_i          ({Columns{sums_valid_q && !sums_tag_q.scaled}}),
      .add_sums_i     (sums),
      .add_address_i  (sums_tag_q.address),
      .add_fresh_i    (sums_tag_q.fresh),
      .scale_i        (scale_ready_o && scale_valid_i),
      .scale_sums_i   (sums),
      .scale_chunk_i  ('0),
      .scale_address_i(sums_tag_q.address),
      .scale_fresh_i  (sums_tag_q.fresh),
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
  assign unused_tag = ^{sums_tag_q.begins, sums_tag_q.ends};
endmodule
