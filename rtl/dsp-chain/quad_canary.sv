// Canaries at the boundaries between the four lanes of a quad: the two lowest bits of a lane as they would be if nothing
// came from the lane below, compared with what they are. A product carries -2 to 1 into the next lane.
// Latency 4 from the operands at the slice's ports to the carries, which are beside P.
`include "registers.svh"

module quad_canary (
    input  logic            clk_i,
    input  logic            en_i,
    // Lowest bits of the operands: weights of lanes 1, 2 and 3, and the activation.
    input  logic [2:0][1:0] weights_i,
    input  logic [1:0]      activation_i,
    // Lowest bits of these lanes: of what the product is added to, and a cycle later of P.
    input  logic [2:0][1:0] before_i,
    input  logic [2:0][1:0] p_i,
    // Out of lanes 0, 1 and 2, in two's complement.
    output logic [2:0][1:0] carries_o
);
  for (genvar lane = 0; lane < 3; lane++) begin : gen_lanes
    logic [1:0] early_q, late_q, product_q, expected_q;

    // The lowest bits of a product are those of the operands' lowest bits. As the slice: A and B1, AD and B2, M, P.
    `DATA_REGISTER(early_q, weights_i[lane] * activation_i)
    `DATA_REGISTER(late_q, early_q)
    `DATA_REGISTER(product_q, late_q)
    `DATA_REGISTER(expected_q, before_i[lane] + product_q)
    assign carries_o[lane] = p_i[lane] - expected_q;
  end
endmodule
