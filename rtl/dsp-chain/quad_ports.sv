// Four signed 4-bit weights as operands of the pre-adder, which computes D - A: magnitude bits at the lanes' places
// in D, signs in A. Combinational.
// Formal pair: formal/quad_ports_spec.sv
module quad_ports (
    input  logic [3:0][3:0] weights_i,
    output logic [29:0]     a_o,
    output logic [26:0]     d_o
);
  localparam int unsigned Offsets[4] = '{0, 8, 15, 22};

  always_comb begin
    a_o = '0;
    d_o = '0;
    for (int unsigned lane = 0; lane < 4; lane++) begin
      a_o[Offsets[lane]+3] = weights_i[lane][3];
      d_o[Offsets[lane]+:3] = weights_i[lane][2:0];
    end
  end
endmodule
