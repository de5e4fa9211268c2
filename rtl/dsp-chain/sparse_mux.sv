// Sparse multiplexer in front of a slice: of the activation pairs that its block of N:M weights is wired to, the one
// at the weight's position. Both activations of a pair meet the same weight, so one position picks both. Latency 1.
`include "registers.svh"

module sparse_mux #(
    parameter int unsigned Inputs = 4,
    localparam int unsigned PositionBits = $clog2(Inputs)
) (
    input  logic                    clk_i,
    input  logic                    en_i,
    input  logic [Inputs-1:0][17:0] pairs_i,
    input  logic [PositionBits-1:0] position_i,
    output logic [            17:0] pair_o
);
  logic [17:0] selected, selected_q;

  nm_gather #(
      .Inputs(Inputs),
      .Bits  (18)
  ) u_gather (
      .inputs_i  (pairs_i),
      .position_i(position_i),
      .selected_o(selected)
  );

  `DATA_REGISTER(selected_q, selected)
  assign pair_o = selected_q;
endmodule
