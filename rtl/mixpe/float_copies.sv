// An element for float activations: copies of the significand, one per bit of the digit, are shifted, gated and added up. No
// multiplier. Combinational. Specification: formal/float_copies_spec.sv.
module float_copies #(
    parameter int unsigned SignificandBits = 11,
    parameter int unsigned BitsPerElement = 4,
    localparam int unsigned SumBits = SignificandBits + BitsPerElement
) (
    input  logic [SignificandBits-1:0] significand_i,
    input  logic [ BitsPerElement-1:0] digit_i,
    output logic [        SumBits-1:0] sum_o
);
  always_comb begin
    sum_o = '0;
    for (int unsigned i = 0; i < BitsPerElement; i++) begin
      if (digit_i[i]) sum_o = sum_o + (SumBits'(significand_i) << i);
    end
  end
endmodule
