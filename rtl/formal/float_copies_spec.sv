// Pair: mixpe/float_copies. The product.
module float_copies_spec #(
    parameter int unsigned SignificandBits = 11,
    parameter int unsigned BitsPerElement = 4,
    localparam int unsigned SumBits = SignificandBits + BitsPerElement
) (
    input  logic [SignificandBits-1:0] significand_i,
    input  logic [ BitsPerElement-1:0] digit_i,
    output logic [        SumBits-1:0] sum_o
);
  assign sum_o = SumBits'(significand_i) * SumBits'(digit_i);
endmodule
