// Pair: common/group_correction. Numbers wide enough for every product, cut at the end.
module group_correction_spec (
    input  logic        [31:0] sum_i,
    input  logic        [31:0] activation_sum_i,
    input  logic signed [16:0] factor_i,
    input  logic               doubles_i,
    output logic        [31:0] sum_o
);
  logic signed [63:0] sum;

  always_comb begin
    sum = 64'($signed(sum_i));
    if (doubles_i) sum = sum + sum;
    sum = sum - 64'(factor_i) * 64'($signed(activation_sum_i));
    sum_o = sum[31:0];
  end
endmodule
