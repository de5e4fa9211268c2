// Pair: lut-tc/lut_zero_correction. Numbers wide enough for every product, cut at the end.
module lut_zero_correction_spec #(
    parameter int unsigned RoundedEntries = 0
) (
    input  logic signed [32:0] sum_i,
    input  logic signed [32:0] group_sum_i,
    input  logic signed [ 9:0] zero_i,
    input  logic               corrects_i,
    output logic        [31:0] sum_o
);
  logic signed [63:0] doubled;

  always_comb begin
    doubled = 64'(sum_i);
    if (corrects_i) begin
      doubled = doubled - 64'(zero_i) * 64'(group_sum_i);
      if (RoundedEntries == 0) doubled = doubled >>> 1;
    end
    sum_o = doubled[31:0];
  end
endmodule
