// The sum of a segment as it leaves a lane: sum - z' * (sum of the activations), halved where the entries are exact. Bipolar
// weights have no z' and no halves. Combinational.
// Specification: formal/lut_zero_correction_spec.sv.
module lut_zero_correction #(
    // Entries are rounded: their sums count halves until they are scaled.
    parameter int unsigned RoundedEntries = 0
) (
    input  logic signed [32:0] sum_i,
    input  logic signed [32:0] group_sum_i,
    // z' = 2 z + 1 - 2^bits.
    input  logic signed [ 9:0] zero_i,
    // Weights are affine.
    input  logic               corrects_i,
    output logic        [31:0] sum_o
);
  logic signed [32:0] doubled;

  assign doubled = corrects_i ? sum_i - 33'(zero_i * group_sum_i) : sum_i;
  assign sum_o = corrects_i && RoundedEntries == 0 ? doubled[32:1] : doubled[31:0];
endmodule
