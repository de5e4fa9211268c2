// One slot of a pair of 4-bit slots as <exponent, integer>: beside the identifier of a victim an outlier (E2M1), else
// a normal value (int4, or sign and 3-bit flint); a victim itself is zero. Combinational.
// Formal pair: formal/ovp_decode4_spec.sv
module ovp_decode4 (
    input  logic              flint_i,
    input  logic        [3:0] slot_i,
    input  logic        [3:0] neighbour_i,
    output logic        [2:0] exponent_o,
    output logic signed [3:0] integer_o
);
  localparam logic [3:0] Identifier = 4'b1000;

  logic sign;
  logic [2:0] magnitude, exponent;
  logic [2:0] integer_part;
  logic is_twos_complement;

  assign sign = slot_i[3];
  assign magnitude = slot_i[2:0];

  always_comb begin
    is_twos_complement = 1'b0;
    exponent = '0;
    integer_part = magnitude;
    if (neighbour_i == Identifier) begin
      // E2M1: the hidden one, and a bias that puts outliers above the normal values.
      exponent = {1'b0, magnitude[2:1]} + (flint_i ? 3'd3 : 3'd2);
      integer_part = {2'b01, magnitude[0]};
    end else if (!flint_i) begin
      is_twos_complement = 1'b1;
    end else begin
      unique case (magnitude)
        3'b111: {exponent, integer_part} = {3'd1, 3'd3};
        3'b110: {exponent, integer_part} = {3'd2, 3'd1};
        3'b101: {exponent, integer_part} = {3'd3, 3'd1};
        3'b100: {exponent, integer_part} = {3'd4, 3'd1};
        default: ;
      endcase
    end
  end

  always_comb begin
    exponent_o = exponent;
    if (slot_i == Identifier) begin
      exponent_o = '0;
      integer_o = '0;
    end else if (is_twos_complement) begin
      integer_o = slot_i;
    end else begin
      integer_o = sign ? -{1'b0, integer_part} : {1'b0, integer_part};
    end
  end
endmodule
