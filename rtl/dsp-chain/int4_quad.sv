// Sums of four products per slice and cycle: four signed 4-bit weights share an activation of 4 bits, signed or
// unsigned (the mvu_4sx4u unit of AMD's FINN). Lanes overflow into their neighbours; the carries that quad_canary finds
// are counted beside the slice.
//
// `clear_i` goes with the operands that begin new sums. Latency 5: A, D and B1; AD and B2; M; P and canaries;
// carries.
`include "registers.svh"

module int4_quad #(
    // Of a count of carries: sums have 26 bits.
    parameter int unsigned CarryBits = 18
) (
    input  logic            clk_i,
    input  logic            rst_ni,
    input  logic            en_i,
    input  logic            clear_i,
    input  logic [3:0][3:0] weights_i,
    // -8 to 15.
    input  logic [4:0]      activation_i,
    output logic [3:0][25:0] sums_o
);
  logic [29:0] a, unused_acout;
  logic [26:0] d;
  logic [17:0] unused_bcout;
  logic [47:0] p, unused_pcout, p_q;
  logic clear, counts_from_zero, unused_valid;
  logic [2:0][1:0] earlier, found;

  // To the cycle of the product, and to that of P.
  delay_line #(
      .Width (1),
      .Cycles(3)
  ) u_clear (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(1'b0),
      .value_i(clear_i),
      .valid_o(unused_valid),
      .value_o(clear)
  );
  `DATA_REGISTER(counts_from_zero, clear)

  quad_ports u_ports (
      .weights_i,
      .a_o(a),
      .d_o(d)
  );

  dsp_slice #(
      .AMultipliesAD    (1),
      .BRegisters       (2),
      .BCascadeRegisters(2)
  ) u_slice (
      .clk_i,
      .rst_ni,
      .en_i,
      .a_i      (a),
      .b_i      (18'($signed(activation_i))),
      .c_i      ('0),
      .d_i      (d),
      .acin_i   ('0),
      .bcin_i   ('0),
      .pcin_i   ('0),
      .carry_i  (1'b0),
      .inmode_i (5'b01100),
      .opmode_i ({2'b00, clear ? 3'b000 : 3'b010, 4'b0101}),
      .alumode_i(4'b0000),
      .acout_o  (unused_acout),
      .bcout_o  (unused_bcout),
      .p_o      (p),
      .pcout_o  (unused_pcout)
  );
  `DATA_REGISTER(p_q, p)

  assign earlier = clear ? '0 : {p[23:22], p[16:15], p[9:8]};
  quad_canary u_canary (
      .clk_i,
      .en_i,
      .weights_i   ({weights_i[3][1:0], weights_i[2][1:0], weights_i[1][1:0]}),
      .activation_i(activation_i[1:0]),
      .before_i    (earlier),
      .p_i         ({p[23:22], p[16:15], p[9:8]}),
      .carries_o   (found)
  );

  logic [2:0][CarryBits-1:0] carries_q;
  for (genvar lane = 0; lane < 3; lane++) begin : gen_lanes
    logic [CarryBits-1:0] counted;
    assign counted = counts_from_zero ? '0 : carries_q[lane];
    `DATA_REGISTER(carries_q[lane], counted + CarryBits'($signed(found[lane])))
  end

  quad_resolve #(
      .CarryBits(CarryBits)
  ) u_resolve (
      .p_i      (p_q),
      .carries_i(carries_q),
      .sums_o
  );
endmodule
