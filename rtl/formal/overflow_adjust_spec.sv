// Definition of dsp-chain/overflow_adjust: nothing of the pair of lanes is lost, P = continued + msp * 2^LSPBits
// modulo 2^48, and what goes on in the lower lane lies in 0 ... 2^LSPBits - 1.
module overflow_adjust_spec #(
    parameter int unsigned LSPBits = 9
) (
    input  logic        [       47:0] p_i,
    output logic signed [17-LSPBits:0] msp_o,
    output logic        [       47:0] continued_o
);
  logic signed [17:0] lower;
  logic signed [47:0] carried;
  assign lower = p_i[17:0];
  // floor(lower / 2^LSPBits)
  assign msp_o = (18 - LSPBits)'(lower >>> LSPBits);
  assign carried = 48'(msp_o);
  assign continued_o = p_i - (carried <<< LSPBits);
endmodule
