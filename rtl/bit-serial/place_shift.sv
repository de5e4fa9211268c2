// A count of ones by the weight of its two planes, subtracted where one of them is a sign. Combinational. Specification:
// formal/place_shift_spec.sv.
module place_shift #(
    parameter int unsigned CountBits = 8,
    localparam int unsigned ValueBits = CountBits + 15
) (
    input  logic        [CountBits-1:0] count_i,
    // Places of both planes together, 0 to 14.
    input  logic        [          3:0] places_i,
    input  logic                        negate_i,
    output logic signed [ValueBits-1:0] value_o
);
  logic [ValueBits-1:0] shifted;

  assign shifted = ValueBits'(count_i) << places_i;
  assign value_o = negate_i ? -shifted : shifted;
endmodule
