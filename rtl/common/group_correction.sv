// The one correction of a group's sum, for engines that multiply codes as they are stored: sum * 2^(doubles) - factor * sum of
// the activations, modulo 2^32. Combinational. Specification: formal/group_correction_spec.sv.
module group_correction (
    input  logic        [31:0] sum_i,
    input  logic        [31:0] activation_sum_i,
    // Zero point less what the elements subtract themselves.
    input  logic signed [16:0] factor_i,
    // Odd levels: 2 u - (2^bits - 1).
    input  logic               doubles_i,
    output logic        [31:0] sum_o
);
  assign sum_o = (doubles_i ? sum_i << 1 : sum_i) - 32'(factor_i) * activation_sum_i;
endmodule
