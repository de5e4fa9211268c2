// The sums of both lanes of a slice's P: the lower one is P[17:0] as two's complement; where it is negative it has
// borrowed one from the upper lane, which P[17] gives back. Combinational.
// Formal pair: formal/lane_correct_spec.sv
module lane_correct (
    input  logic [47:0] p_i,
    output logic [29:0] upper_o,
    output logic [17:0] lower_o
);
  assign upper_o = p_i[47:18] + 30'(p_i[17]);
  assign lower_o = p_i[17:0];
endmodule
