// Reduction node at the end of a DSP group: what has been summed so far, the lanes corrected and the most significant
// parts that overflow adjust units sent beside the chain added to the lower one. Latency 1.
`include "registers.svh"

module reduction_node #(
    parameter int unsigned LSPBits = 9,
    parameter int unsigned MSPBits = 12
) (
    input  logic                      clk_i,
    input  logic                      en_i,
    input  logic        [       47:0] p_i,
    input  logic signed [MSPBits-1:0] msp_i,
    output logic signed [       31:0] upper_o,
    output logic signed [       31:0] lower_o
);
  logic [29:0] upper;
  logic [17:0] lower;
  logic signed [31:0] upper_q, lower_q;

  lane_correct u_lanes (
      .p_i,
      .upper_o(upper),
      .lower_o(lower)
  );

  `DATA_REGISTER(upper_q, 32'($signed(upper)))
  `DATA_REGISTER(lower_q, 32'($signed(lower)) + (32'(msp_i) <<< LSPBits))

  assign upper_o = upper_q;
  assign lower_o = lower_q;
endmodule
