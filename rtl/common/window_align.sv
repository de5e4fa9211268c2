// Wires every lane of N:M structured weights to the activations of its block: lane k belongs to block k / n, whose inputs are
// window[block * m +: m]. n and m are powers of two; inputs beyond m are not used. Combinational.
module window_align #(
    parameter int unsigned Lanes = 8,
    // Greatest m.
    parameter int unsigned SelectorInputs = 4,
    parameter int unsigned Bits = 9,
    localparam int unsigned LogBits = $clog2($clog2(SelectorInputs) + 1)
) (
    input  logic [Lanes*SelectorInputs-1:0][Bits-1:0] window_i,
    input  logic [LogBits-1:0] log_n_i,
    input  logic [LogBits-1:0] log_m_i,
    output logic [Lanes-1:0][SelectorInputs-1:0][Bits-1:0] candidates_o
);
  localparam int unsigned WindowBits = $clog2(Lanes * SelectorInputs);

  for (genvar lane = 0; lane < Lanes; lane++) begin : gen_lanes
    logic [WindowBits-1:0] block;
    // n < m keeps every block inside the window.
    assign block = (WindowBits'(lane) >> log_n_i) << log_m_i;
    for (genvar i = 0; i < SelectorInputs; i++) begin : gen_inputs
      assign candidates_o[lane][i] = window_i[WindowBits'(block+WindowBits'(i))];
    end
  end
endmodule
