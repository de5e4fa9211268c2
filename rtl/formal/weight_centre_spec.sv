// Pair: mixpe/weight_centre. The signed number first, then how the elements hold it.
module weight_centre_spec #(
    parameter int unsigned Signs = 0,
    parameter int unsigned CodeBits = 8
) (
    input  logic [CodeBits-1:0] code_i,
    input  logic [         2:0] width_i,
    output logic [CodeBits-1:0] field_o,
    output logic                negate_o
);
  logic signed [CodeBits+1:0] number;

  always_comb begin
    number = $signed({2'b0, code_i});
    if (Signs != 0) number = number - $signed({2'b0, CodeBits'(1) << width_i});
    negate_o = Signs == 2 && number < 0;
    field_o = negate_o ? CodeBits'(-number) : CodeBits'(number);
  end
endmodule
