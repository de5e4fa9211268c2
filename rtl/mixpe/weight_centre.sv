// An unsigned weight code as elements hold it: as it is (offset), less 2^(bits-1) in two's complement, or that as sign and
// magnitude. Combinational. Specification: formal/weight_centre_spec.sv.
module weight_centre #(
    // As in shift_add_element.
    parameter int unsigned Signs = 0,
    // Greatest bits of a code.
    parameter int unsigned CodeBits = 8
) (
    input  logic [CodeBits-1:0] code_i,
    // Bits of the code, less one.
    input  logic [         2:0] width_i,
    // Sign-extended where it has a sign.
    output logic [CodeBits-1:0] field_o,
    output logic                negate_o
);
  logic [CodeBits-1:0] centre, centred;
  logic below;

  assign centre = CodeBits'(1) << width_i;
  assign centred = code_i - centre;
  assign below = code_i < centre;
  assign negate_o = Signs == 2 && below;
  assign field_o = Signs == 0 ? code_i : negate_o ? -centred : centred;
endmodule
