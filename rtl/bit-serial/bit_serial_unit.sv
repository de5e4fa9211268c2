// A unit: counts the ones of two planes, shifts the count and adds it. Registers: counter tree, shift, sum, and the shadow
// register that takes the sum of a segment when it is complete.
`include "registers.svh"

module bit_serial_unit #(
    parameter int unsigned Lanes = 128
) (
    input  logic               clk_i,
    input  logic               en_i,
    input  logic [Lanes-1:0]   row_i,
    input  logic [Lanes-1:0]   column_i,
    // Of the count behind the tree.
    input  logic [      3:0]   places_i,
    input  logic               negate_i,
    // Of the shifted count: whether there is one, and whether it is the first of a sum.
    input  logic               valid_i,
    input  logic               begins_i,
    // The sum is complete.
    input  logic               move_i,
    output logic [     31:0]   shadow_o
);
  localparam int unsigned CountBits = $clog2(Lanes + 1);
  localparam int unsigned ValueBits = CountBits + 15;

  logic [CountBits-1:0] count;
  logic signed [ValueBits-1:0] value, value_q;
  logic [31:0] sum_q, shadow_q;

  ones_counter #(
      .Lanes(Lanes)
  ) u_counter (
      .clk_i,
      .en_i,
      .row_i,
      .column_i,
      .count_o(count)
  );
  place_shift #(
      .CountBits(CountBits)
  ) u_shift (
      .count_i (count),
      .places_i,
      .negate_i,
      .value_o (value)
  );
  `DATA_REGISTER(value_q, value)
  `LOAD_REGISTER(sum_q, (begins_i ? '0 : sum_q) + 32'(value_q), valid_i)
  `LOAD_REGISTER(shadow_q, sum_q, move_i)
  assign shadow_o = shadow_q;
endmodule
