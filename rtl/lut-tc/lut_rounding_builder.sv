// Builds tables of INT8 codes: takes the activations of a table in a cycle (binary32; codes of integers convert without loss),
// keeps those of TablesPerScale tables until the greatest magnitude that their entries can have is known, then gives a
// table in a cycle, with the scale f32(greatest / 127). The first comes 5 cycles after the last activations of its group;
// a group may follow another without a pause. Outputs without a table are 0.
`include "registers.svh"

module lut_rounding_builder #(
    parameter int unsigned TileK = 4,
    // 2^TileK of a full table, or half as many.
    parameter int unsigned TableEntries = 8,
    parameter int unsigned TablesPerScale = 16
) (
    input  logic                           clk_i,
    input  logic                           rst_ni,
    input  logic                           en_i,
    input  logic                           valid_i,
    input  logic [       TileK-1:0][ 31:0] activations_i,
    output logic                           valid_o,
    output logic [            31:0]        scale_o,
    output logic [TableEntries-1:0][ 7:0]  codes_o
);
  localparam int unsigned CountBits = TablesPerScale > 1 ? $clog2(TablesPerScale) : 1;
  localparam logic [CountBits-1:0] Last = CountBits'(TablesPerScale - 1);
  localparam logic [31:0] One = 32'h3F80_0000;
  localparam logic [31:0] GreatestCode = 32'h42FE_0000;

  typedef logic [TileK-1:0][31:0] activations_t;
  typedef logic [TableEntries-1:0][31:0] entries_t;

  // Magnitudes: (|a0| + |a1|) + ... is the greatest that an entry of the table has, since rounding is monotone.
  logic [31:0] sums[TileK];
  logic [31:0] magnitude_q;
  logic arrived_q;

  assign sums[0] = {1'b0, activations_i[0][30:0]};
  for (genvar k = 1; k < TileK; k++) begin : gen_magnitude
    float_add u_add (
        .a_i  (sums[k-1]),
        .b_i  ({1'b0, activations_i[k][30:0]}),
        .sum_o(sums[k])
    );
  end

  `DATA_REGISTER(magnitude_q, sums[TileK-1])
  `CONTROL_REGISTER(arrived_q, valid_i, 1'b0)

  // The greatest of a group; a NaN is not greater than anything.
  logic [CountBits-1:0] arrivals_q;
  logic [31:0] greatest_q, so_far, greatest;
  logic is_last, is_nan, complete_q;

  assign is_last = arrivals_q == Last;
  assign is_nan = magnitude_q > 32'h7F80_0000;
  assign so_far = arrivals_q == '0 ? '0 : greatest_q;
  assign greatest = magnitude_q > so_far && !is_nan ? magnitude_q : so_far;

  `CONTROL_REGISTER(arrivals_q, !arrived_q ? arrivals_q : is_last ? '0 : arrivals_q + CountBits'(1), '0)
  `LOAD_REGISTER(greatest_q, greatest, arrived_q)
  `CONTROL_REGISTER(complete_q, arrived_q && is_last, 1'b0)

  // A group of zeros has scale 1.
  logic [31:0] share, scale_q;

  float_divide u_scale (
      .dividend_i(greatest_q),
      .divisor_i (GreatestCode),
      .quotient_o(share)
  );

  `LOAD_REGISTER(scale_q, greatest_q == '0 ? One : share, complete_q)

  // Activations wait until their slot has been read by the group before.
  activations_t first_q, second_q;
  activations_t slots_q[TablesPerScale];
  logic [CountBits-1:0] write_q, read_q;
  logic stores_q, reads_q;

  `DATA_REGISTER(first_q, activations_i)
  `DATA_REGISTER(second_q, first_q)
  `CONTROL_REGISTER(stores_q, arrived_q, 1'b0)
  `CONTROL_REGISTER(write_q, !stores_q ? write_q : write_q == Last ? '0 : write_q + CountBits'(1), '0)

  for (genvar i = 0; i < TablesPerScale; i++) begin : gen_slots
    `LOAD_REGISTER(slots_q[i], second_q, stores_q && write_q == CountBits'(i))
  end

  // A group is read in as many cycles as it has tables, and the next is never complete before.
  `CONTROL_REGISTER(reads_q, complete_q || (reads_q && read_q != Last), 1'b0)
  `CONTROL_REGISTER(read_q, !reads_q ? read_q : read_q == Last ? '0 : read_q + CountBits'(1), '0)

  entries_t entries, entries_q;
  logic [31:0] entry_scale_q;
  logic is_table_q;

  lut_float_table_builder #(
      .TileK       (TileK),
      .TableEntries(TableEntries),
      .ExponentBits(8),
      .FractionBits(23)
  ) u_table (
      .activations_i(slots_q[read_q]),
      .entries_o    (entries)
  );

  `DATA_REGISTER(entries_q, entries)
  `DATA_REGISTER(entry_scale_q, scale_q)
  `CONTROL_REGISTER(is_table_q, reads_q, 1'b0)

  logic [TableEntries-1:0][7:0] codes, codes_q;
  logic [31:0] code_scale_q;
  logic valid_q;

  for (genvar i = 0; i < TableEntries; i++) begin : gen_codes
    lut_round_entry u_round (
        .entry_i(entries_q[i]),
        .scale_i(entry_scale_q),
        .code_o (codes[i])
    );
  end

  `DATA_REGISTER(codes_q, codes)
  `DATA_REGISTER(code_scale_q, entry_scale_q)
  `CONTROL_REGISTER(valid_q, is_table_q, 1'b0)

  assign valid_o = valid_q;
  assign scale_o = valid_q ? code_scale_q : '0;
  assign codes_o = valid_q ? codes_q : '0;
endmodule
