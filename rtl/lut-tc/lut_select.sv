// The activations of one table that N:M weights keep, in front of its builder. All columns of a group keep the same ones: kept
// weight number offset + i of a run is one of block (offset + i) / n, whose activations are window[block * m +: m]. n and m are
// powers of two; 1 and 1 take the window as it is. Combinational.
// Formal pair: formal/lut_select_spec.sv
module lut_select #(
    parameter int unsigned TileK = 4,
    // Greatest m, a power of two and at least 2.
    parameter int unsigned SelectorInputs = 4,
    // Of an activation: nine of int8 or uint8 codes, sixteen of f16 numbers.
    parameter int unsigned Bits = 9,
    localparam int unsigned Window = TileK * SelectorInputs,
    localparam int unsigned PositionBits = $clog2(SelectorInputs),
    localparam int unsigned LogBits = $clog2(PositionBits + 1),
    localparam int unsigned CountBits = $clog2(TileK + 1)
) (
    // From the first activation of the block that the first kept weight belongs to.
    input  logic [Window-1:0][        Bits-1:0] window_i,
    input  logic [ TileK-1:0][PositionBits-1:0] positions_i,
    // Kept weights of that block that belong to the table before, less than n.
    input  logic [PositionBits-1:0]             offset_i,
    // Kept weights of the table; behind them it is padded with zeros.
    input  logic [CountBits-1:0]                count_i,
    input  logic [LogBits-1:0]                  log_n_i,
    input  logic [LogBits-1:0]                  log_m_i,
    output logic [ TileK-1:0][        Bits-1:0] selected_o
);
  localparam int unsigned PlaceBits = $clog2(Window);

  for (genvar i = 0; i < TileK; i++) begin : gen_kept
    logic [PlaceBits-1:0] block;
    logic [SelectorInputs-1:0][Bits-1:0] candidates;
    logic [Bits-1:0] selected;

    assign block = (PlaceBits'(offset_i) + PlaceBits'(i)) >> log_n_i << log_m_i;
    for (genvar j = 0; j < SelectorInputs; j++) begin : gen_inputs
      assign candidates[j] = window_i[PlaceBits'(block+PlaceBits'(j))];
    end
    nm_gather #(
        .Inputs(SelectorInputs),
        .Bits  (Bits)
    ) u_gather (
        .inputs_i  (candidates),
        .position_i(positions_i[i]),
        .selected_o(selected)
    );
    assign selected_o[i] = CountBits'(i) < count_i ? selected : '0;
  end
endmodule
