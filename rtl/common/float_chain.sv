// The running f32 sum of one column: the trees of a tile are added one after the other, a register behind every adder. Stages
// beyond the trees of a row pass its sum on. Latency `Trees`.
`include "registers.svh"

module float_chain #(
    parameter int unsigned Trees = 2
) (
    input  logic                   clk_i,
    input  logic                   en_i,
    input  logic [      31:0]      start_i,
    // All at once; later ones wait here for their turn.
    input  logic [Trees-1:0][31:0] trees_i,
    // Of the row at each stage: it has a tree there.
    input  logic [Trees-1:0]       adds_i,
    // Behind every stage, the last one last.
    output logic [Trees-1:0][31:0] sums_o
);
  for (genvar stage = 0; stage < Trees; stage++) begin : gen_stages
    logic [31:0] previous, tree, sum;

    if (stage == 0) begin : gen_first
      assign previous = start_i;
      assign tree = trees_i[0];
    end else begin : gen_later
      logic [stage-1:0][31:0] waiting_q;
      assign previous = sums_o[stage-1];
      assign tree = waiting_q[stage-1];
      `DATA_REGISTER(waiting_q[0], trees_i[stage])
      for (genvar i = 1; i < stage; i++) begin : gen_waiting
        `DATA_REGISTER(waiting_q[i], waiting_q[i-1])
      end
    end

    float_add u_add (
        .a_i  (previous),
        .b_i  (tree),
        .sum_o(sum)
    );
    `DATA_REGISTER(sums_o[stage], adds_i[stage] ? sum : previous)
  end
endmodule
