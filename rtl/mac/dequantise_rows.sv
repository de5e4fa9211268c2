// The unit in front of a float array that makes its operands of integer weights, `Lanes` columns of a K row per cycle. The row
// is passed on with its last columns; while the array does not take rows, the first columns of the next one wait behind
// the registers of dequantise_lane.
`include "registers.svh"

module dequantise_rows #(
    parameter int unsigned Columns = 4,
    parameter int unsigned Lanes = 4,
    parameter int unsigned SignificandBits = 11,
    localparam int unsigned PortBits = 12 + SignificandBits,
    localparam int unsigned Chunks = (Columns + Lanes - 1) / Lanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1
) (
    input  logic                             clk_i,
    input  logic                             rst_ni,
    input  logic                             en_i,
    input  logic                             code_valid_i,
    output logic                             code_ready_o,
    // The last row of a tile, with its last columns.
    input  logic                             code_last_i,
    input  logic [  Lanes-1:0][         8:0] code_value_i,
    input  logic [  Lanes-1:0][        15:0] code_zero_i,
    input  logic [  Lanes-1:0][        31:0] code_scale_i,
    // A row, taken when it is valid; columns are taken when ready.
    output logic                             row_valid_o,
    input  logic                             row_ready_i,
    output logic                             row_last_o,
    output logic [Columns-1:0][PortBits-1:0] row_value_o
);
  localparam int unsigned PaddedColumns = Chunks * Lanes;

  logic valid, advances, is_last_chunk;
  logic [Lanes-1:0][PortBits-1:0] ports;
  logic [PaddedColumns-1:0][PortBits-1:0] row_d, row_q;
  logic [ChunkBits-1:0] chunk_d, chunk_q;

  assign advances = !valid || row_ready_i;
  assign code_ready_o = advances;
  delay_line #(
      .Width (1),
      .Cycles(3)
  ) u_valid (
      .clk_i,
      .rst_ni,
      .en_i   (en_i && advances),
      .valid_i(code_valid_i),
      .value_i(code_last_i),
      .valid_o(valid),
      .value_o(row_last_o)
  );
  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    dequantise_lane #(
        .SignificandBits(SignificandBits)
    ) u_lane (
        .clk_i,
        .en_i   (en_i && advances),
        .code_i (code_value_i[lane]),
        .zero_i (code_zero_i[lane]),
        .scale_i(code_scale_i[lane]),
        .port_o (ports[lane])
    );
  end

  // The columns before the last ones of the row.
  assign is_last_chunk = chunk_q == ChunkBits'(Chunks - 1);
  always_comb begin
    row_d = row_q;
    row_d[chunk_q*Lanes+:Lanes] = ports;
    chunk_d = chunk_q;
    if (valid && row_ready_i) chunk_d = is_last_chunk ? '0 : chunk_q + ChunkBits'(1);
  end
  `DATA_REGISTER(row_q, row_d)
  `CONTROL_REGISTER(chunk_q, chunk_d, '0)

  assign row_valid_o = valid && is_last_chunk;
  assign row_value_o = row_d[Columns-1:0];
endmodule
