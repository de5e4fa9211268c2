// The end of a chain for quads: a register beside the carry counters of the last slice, and the four sums with the carries
// that were counted, or as P holds them where nothing counts. Latency 2.
`include "registers.svh"

module quad_node #(
    parameter int CountsCarries = 1,
    parameter int unsigned CarryBits = 6
) (
    input  logic                      clk_i,
    input  logic                      en_i,
    input  logic [47:0]               p_i,
    // One cycle behind P.
    input  logic [ 2:0][CarryBits-1:0] carries_i,
    output logic [ 3:0][         31:0] sums_o
);
  logic [47:0] p_q;
  logic [3:0][25:0] sums;
  `DATA_REGISTER(p_q, p_i)

  if (CountsCarries != 0) begin : gen_counted
    quad_resolve #(
        .CarryBits(CarryBits)
    ) u_resolve (
        .p_i   (p_q),
        .carries_i,
        .sums_o(sums)
    );
  end else begin : gen_lost
    quad_lanes u_lanes (
        .p_i   (p_q),
        .sums_o(sums)
    );
    logic unused_carries;
    assign unused_carries = ^carries_i;
  end

  for (genvar lane = 0; lane < 4; lane++) begin : gen_lanes
    logic [31:0] sum_q;
    `DATA_REGISTER(sum_q, 32'($signed(sums[lane])))
    assign sums_o[lane] = sum_q;
  end
endmodule
