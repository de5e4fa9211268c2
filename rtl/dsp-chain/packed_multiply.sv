// Several products in a slice, alone or on top of what the slice before has summed. Pairs: two activations, which the
// pre-adder packs 18 bits apart, times one weight. Quads: four 4-bit weights (quad_ports) times one activation. The
// slice's registers are AREG, DREG, ADREG, MREG, PREG 1 and BREG 2: 4 cycles from operands to P, C one of them before P.
module packed_multiply #(
    parameter int Int4Packing = 0
) (
    input  logic        clk_i,
    input  logic        rst_ni,
    input  logic        en_i,
    // May change only while the slice is empty.
    input  logic        quads_i,
    // What is packed: the activations of the upper and of the lower row; or four weights.
    input  logic [17:0] packed_i,
    // What it is multiplied by: the weight; or the activation.
    input  logic [ 8:0] factor_i,
    // What the product is added to: nothing, C or the cascade.
    input  logic        takes_c_i,
    input  logic        takes_cascade_i,
    input  logic [47:0] c_i,
    input  logic [47:0] pcin_i,
    output logic [47:0] p_o,
    output logic [47:0] pcout_o
);
  logic [29:0] unused_acout;
  logic [17:0] unused_bcout;
  logic [29:0] a;
  logic [26:0] d;
  logic subtracts;

  if (Int4Packing != 0) begin : gen_quads
    logic [29:0] quad_a;
    logic [26:0] quad_d;
    quad_ports u_ports (
        .weights_i(packed_i[15:0]),
        .a_o      (quad_a),
        .d_o      (quad_d)
    );
    assign a = quads_i ? quad_a : {{3{packed_i[17]}}, packed_i[17:9], 18'd0};
    assign d = quads_i ? quad_d : 27'($signed(packed_i[8:0]));
    assign subtracts = quads_i;
  end else begin : gen_pairs
    assign a = {{3{packed_i[17]}}, packed_i[17:9], 18'd0};
    assign d = 27'($signed(packed_i[8:0]));
    assign subtracts = 1'b0;
    logic unused_quads;
    assign unused_quads = quads_i;
  end

  dsp_slice #(
      .AMultipliesAD    (1),
      .BRegisters       (2),
      .BCascadeRegisters(2)
  ) u_slice (
      .clk_i,
      .rst_ni,
      .en_i,
      .a_i      (a),
      .b_i      (18'($signed(factor_i))),
      .c_i,
      .d_i      (d),
      .acin_i   ('0),
      .bcin_i   ('0),
      .pcin_i,
      .carry_i  (1'b0),
      .inmode_i ({1'b0, subtracts, 3'b100}),
      .opmode_i ({2'b00, 1'b0, takes_c_i, takes_c_i || takes_cascade_i, 4'b0101}),
      .alumode_i(4'b0000),
      .acout_o  (unused_acout),
      .bcout_o  (unused_bcout),
      .p_o,
      .pcout_o
  );
endmodule
