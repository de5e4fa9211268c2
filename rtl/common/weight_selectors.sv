// Weights, and for N:M structured ones their positions and the activations that they pick. Structured activations pass the
// selector register, so the weights that they meet run one cycle behind the positions: a row of weights waits one cycle
// before it is loaded, and the swap follows one cycle later. The structure may change only while the array is empty.
`include "registers.svh"

module weight_selectors #(
    parameter int unsigned Rows = 8,
    parameter int unsigned Columns = 8,
    parameter int unsigned SelectorInputs = 4,
    parameter int unsigned WeightBits = 9,
    localparam int unsigned Window = Rows * SelectorInputs,
    localparam int unsigned RowIndexBits = Rows > 1 ? $clog2(Rows) : 1,
    localparam int unsigned PositionBits = $clog2(SelectorInputs),
    localparam int unsigned LogBits = $clog2($clog2(SelectorInputs) + 1)
) (
    input  logic                                       clk_i,
    input  logic                                       rst_ni,
    input  logic                                       en_i,
    input  logic                                       structured_i,
    input  logic [     LogBits-1:0]                    log_n_i,
    input  logic [     LogBits-1:0]                    log_m_i,
    input  logic                                       load_i,
    input  logic [RowIndexBits-1:0]                    load_row_i,
    input  logic [     Columns-1:0][   WeightBits-1:0] load_value_i,
    input  logic [     Columns-1:0][ PositionBits-1:0] load_position_i,
    input  logic                                       swap_i,
    // Out of the operand register.
    input  logic [      Window-1:0][              8:0] window_i,
    output logic [     Columns-1:0][Rows-1:0][    8:0] operands_o,
    output logic [     Columns-1:0][Rows-1:0][WeightBits-1:0] weights_o
);
  logic [Columns-1:0][WeightBits-1:0] value_q, value;
  logic [RowIndexBits-1:0] row_q, row;
  logic load_q, load, swap_q, swap;

  `DATA_REGISTER(value_q, load_value_i)
  `DATA_REGISTER(row_q, load_row_i)
  `CONTROL_REGISTER(load_q, load_i, 1'b0)
  `CONTROL_REGISTER(swap_q, swap_i, 1'b0)

  assign value = structured_i ? value_q : load_value_i;
  assign row = structured_i ? row_q : load_row_i;
  assign load = structured_i ? load_q : load_i;
  assign swap = structured_i ? swap_q : swap_i;

  logic [Rows-1:0][Columns-1:0][WeightBits-1:0] active;
  logic [Rows-1:0][Columns-1:0][PositionBits-1:0] positions;

  weight_buffer #(
      .Rows   (Rows),
      .RowBits(Columns * WeightBits)
  ) u_weights (
      .clk_i,
      .rst_ni,
      .en_i,
      .load_i     (load),
      .load_row_i (row),
      .load_data_i(value),
      .swap_i     (swap),
      .active_o   (active)
  );

  weight_buffer #(
      .Rows   (Rows),
      .RowBits(Columns * PositionBits)
  ) u_positions (
      .clk_i,
      .rst_ni,
      .en_i,
      .load_i,
      .load_row_i,
      .load_data_i(load_position_i),
      .swap_i,
      .active_o   (positions)
  );

  logic [Rows-1:0][SelectorInputs-1:0][8:0] candidates;
  window_align #(
      .Lanes         (Rows),
      .SelectorInputs(SelectorInputs),
      .Bits          (9)
  ) u_align (
      .window_i,
      .log_n_i,
      .log_m_i,
      .candidates_o(candidates)
  );

  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    for (genvar lane = 0; lane < Rows; lane++) begin : gen_lanes
      logic [8:0] selected, selected_q;
      nm_gather #(
          .Inputs(SelectorInputs),
          .Bits  (9)
      ) u_gather (
          .inputs_i  (candidates[lane]),
          .position_i(positions[lane][column]),
          .selected_o(selected)
      );
      `DATA_REGISTER(selected_q, selected)
      assign operands_o[column][lane] = structured_i ? selected_q : window_i[lane];
      assign weights_o[column][lane] = active[lane][column];
    end
  end
endmodule
