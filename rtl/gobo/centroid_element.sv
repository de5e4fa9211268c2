// An element of sums by centroid: adds an activation to the sum of its weight's centroid. At the end of a pass all sums move
// to a second set, out of which the multipliers take them while the element goes on. One register to the sums, one more to the second set.
`include "registers.svh"

module centroid_element #(
    parameter int unsigned IndexBits = 3,
    localparam int unsigned Centroids = 1 << IndexBits
) (
    input  logic                 clk_i,
    input  logic                 en_i,
    // A k: an activation, and the index of the weight. The first k of a pass starts all sums at 0.
    input  logic                 valid_i,
    input  logic                 begins_i,
    input  logic [         31:0] activation_i,
    input  logic [IndexBits-1:0] index_i,
    // The weight is an outlier.
    input  logic                 skip_i,
    // The sums are those of a whole pass.
    input  logic                 move_i,
    // Of the second set.
    input  logic [IndexBits-1:0] select_i,
    output logic [         31:0] sum_o
);
  logic [31:0] sums_q[Centroids];
  logic [31:0] moved_q[Centroids];
  logic [31:0] sum;

  float_add u_add (
      .a_i  (begins_i ? '0 : sums_q[index_i]),
      .b_i  (activation_i),
      .sum_o(sum)
  );

  for (genvar i = 0; i < Centroids; i++) begin : gen_sums
    logic takes;
    assign takes = !skip_i && index_i == IndexBits'(i);
    `LOAD_REGISTER(sums_q[i], takes ? sum : '0, valid_i && (takes || begins_i))
    `LOAD_REGISTER(moved_q[i], sums_q[i], move_i)
  end

  assign sum_o = moved_q[select_i];
endmodule
