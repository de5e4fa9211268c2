// Definition of dsp-chain/block_cuts: a group of two slices begins a part where its first slice is a multiple of N.
module block_cuts_spec (
    input  logic [2:0] log_kept_i,
    output logic [7:0] cuts_o
);
  int unsigned kept;
  always_comb begin
    kept = 32'd1 << log_kept_i;
    for (int unsigned group = 0; group < 8; group++) begin
      cuts_o[group] = log_kept_i != 3'd0 && 2 * group % kept == 0;
    end
  end
endmodule
