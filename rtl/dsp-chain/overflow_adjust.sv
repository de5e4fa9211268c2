// Overflow adjust unit between two sections of a chain: the lower lane is cut into a most significant part, which
// goes sideways, and its LSPBits lowest bits, which go on as a number that is never negative, below the whole upper
// lane. Combinational.
// Formal pair: formal/overflow_adjust_spec.sv
module overflow_adjust #(
    // 1 to 17.
    parameter int unsigned LSPBits = 9
) (
    input  logic        [       47:0] p_i,
    output logic signed [17-LSPBits:0] msp_o,
    output logic        [       47:0] continued_o
);
  logic [29:0] upper;
  logic [17:0] lower;

  lane_correct u_lanes (
      .p_i,
      .upper_o(upper),
      .lower_o(lower)
  );

  assign msp_o = lower[17:LSPBits];
  assign continued_o = {upper, {(18 - LSPBits) {1'b0}}, lower[LSPBits-1:0]};
endmodule
