// The sums of four lanes at bits 0, 8, 15 and 22 of a slice's P where nothing counts their carries: each lane's own bits as
// a signed number and the borrow of the lane below. Combinational.
// Formal pair: formal/quad_lanes_spec.sv
module quad_lanes (
    input  logic [47:0]       p_i,
    output logic [ 3:0][25:0] sums_o
);
  assign sums_o[0] = 26'($signed(p_i[7:0]));
  assign sums_o[1] = 26'($signed(7'(p_i[14:8] + 7'(p_i[7]))));
  assign sums_o[2] = 26'($signed(7'(p_i[21:15] + 7'(p_i[14]))));
  assign sums_o[3] = p_i[47:22] + 26'(p_i[21]);
endmodule
