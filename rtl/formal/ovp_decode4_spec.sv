// Definition of olive/ovp_decode4 as a table of values: exponents and integers are those of the published code
// tables.
module ovp_decode4_spec (
    input  logic              flint_i,
    input  logic        [3:0] slot_i,
    input  logic        [3:0] neighbour_i,
    output logic        [2:0] exponent_o,
    output logic signed [3:0] integer_o
);
  logic [2:0] exponent;
  logic signed [3:0] magnitude;

  always_comb begin
    exponent = 3'd0;
    magnitude = 4'sd0;
    if (neighbour_i == 4'h8) begin
      // (2 + mantissa) * 2^(exponent + bias): 2 and 3 in turn.
      case (slot_i[2:0])
        3'd0: {exponent, magnitude} = {3'd2, 4'sd2};
        3'd1: {exponent, magnitude} = {3'd2, 4'sd3};
        3'd2: {exponent, magnitude} = {3'd3, 4'sd2};
        3'd3: {exponent, magnitude} = {3'd3, 4'sd3};
        3'd4: {exponent, magnitude} = {3'd4, 4'sd2};
        3'd5: {exponent, magnitude} = {3'd4, 4'sd3};
        3'd6: {exponent, magnitude} = {3'd5, 4'sd2};
        default: {exponent, magnitude} = {3'd5, 4'sd3};
      endcase
      if (flint_i) exponent = exponent + 3'd1;
    end else if (flint_i) begin
      case (slot_i[2:0])
        3'd0: {exponent, magnitude} = {3'd0, 4'sd0};
        3'd1: {exponent, magnitude} = {3'd0, 4'sd1};
        3'd2: {exponent, magnitude} = {3'd0, 4'sd2};
        3'd3: {exponent, magnitude} = {3'd0, 4'sd3};
        3'd4: {exponent, magnitude} = {3'd4, 4'sd1};
        3'd5: {exponent, magnitude} = {3'd3, 4'sd1};
        3'd6: {exponent, magnitude} = {3'd2, 4'sd1};
        default: {exponent, magnitude} = {3'd1, 4'sd3};
      endcase
    end
  end

  always_comb begin
    exponent_o = exponent;
    integer_o = slot_i[3] ? -magnitude : magnitude;
    if (neighbour_i != 4'h8 && !flint_i) integer_o = $signed(slot_i);
    if (slot_i == 4'h8) {exponent_o, integer_o} = '0;
  end
endmodule
