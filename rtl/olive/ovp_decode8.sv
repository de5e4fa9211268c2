// One slot of a pair of 8-bit slots as <exponent, integer>: beside the identifier of a victim an outlier (sign,
// exponent, mantissa), else int8; a victim itself is zero. E4M3 has bias 4, E2M5 bias 2. Combinational.
// Formal pair: formal/ovp_decode8_spec.sv
module ovp_decode8 #(
    // Of outliers: 4 or 2.
    parameter int unsigned ExponentBits = 4
) (
    input  logic        [7:0] slot_i,
    input  logic        [7:0] neighbour_i,
    output logic        [4:0] exponent_o,
    output logic signed [7:0] integer_o
);
  localparam int unsigned MantissaBits = 7 - ExponentBits;
  localparam logic [4:0] Bias = ExponentBits == 4 ? 5'd4 : 5'd2;
  localparam logic [7:0] Identifier = 8'h80;

  logic [7:0] magnitude;
  assign magnitude = {{ExponentBits{1'b0}}, 1'b1, slot_i[MantissaBits-1:0]};

  always_comb begin
    exponent_o = '0;
    integer_o = slot_i;
    if (slot_i == Identifier) begin
      integer_o = '0;
    end else if (neighbour_i == Identifier) begin
      exponent_o = 5'(slot_i[6:MantissaBits]) + Bias;
      integer_o = slot_i[7] ? -magnitude : magnitude;
    end
  end
endmodule
