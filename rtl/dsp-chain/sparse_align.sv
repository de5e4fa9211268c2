// Wires every slice to the activation pairs of the N:M block that its weight belongs to: the q-th kept weight of a
// part is one of block q / n, whose candidates are window[block * m +: m]. n and m are powers of two; inputs beyond m
// are not used. Combinational.
module sparse_align #(
    parameter int unsigned Window = 16,
    // Greatest m.
    parameter int unsigned SelectorInputs = 4,
    parameter int unsigned IndexBits = 3,
    localparam int unsigned LogBits = $clog2($clog2(SelectorInputs) + 1)
) (
    input  logic [        Window-1:0][17:0] window_i,
    // Place of the slice in its part.
    input  logic [     IndexBits-1:0]       index_i,
    input  logic [       LogBits-1:0]       log_n_i,
    input  logic [       LogBits-1:0]       log_m_i,
    output logic [SelectorInputs-1:0][17:0] candidates_o
);
  // Blocks that begin inside the window may end beyond it where m is less than the inputs.
  localparam int unsigned PlaceBits = $clog2(Window + SelectorInputs) + IndexBits;

  // A place has the two activations of a pair.
  localparam int unsigned Bits = 18;
  logic [PlaceBits-1:0] first;
  assign first = (PlaceBits'(index_i) >> log_n_i) << log_m_i;
  logic [Window*Bits-1:0] shifted;
  assign shifted = window_i >> ((PlaceBits + 5)'(first) * (PlaceBits + 5)'(Bits));
  assign candidates_o = shifted[SelectorInputs*Bits-1:0];
  logic unused_shifted;
  assign unused_shifted = ^shifted[Window*Bits-1:SelectorInputs*Bits];
endmodule
