// Two activations times one weight in a slice, alone or on top of what the slice before has summed: the pre-adder
// packs the activations 18 bits apart. The slice's registers are AREG, DREG, ADREG, MREG, PREG 1 and BREG 2: 4 cycles
// from operands to P, C one of them before P.
module packed_multiply (
    input  logic        clk_i,
    input  logic        rst_ni,
    input  logic        en_i,
    input  logic [ 8:0] upper_i,
    input  logic [ 8:0] lower_i,
    input  logic [ 8:0] weight_i,
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

  dsp_slice #(
      .AMultipliesAD    (1),
      .BRegisters       (2),
      .BCascadeRegisters(2)
  ) u_slice (
      .clk_i,
      .rst_ni,
      .en_i,
      .a_i      ({{3{upper_i[8]}}, upper_i, 18'd0}),
      .b_i      (18'($signed(weight_i))),
      .c_i,
      .d_i      (27'($signed(lower_i))),
      .acin_i   ('0),
      .bcin_i   ('0),
      .pcin_i,
      .carry_i  (1'b0),
      .inmode_i (5'b00100),
      .opmode_i ({2'b00, 1'b0, takes_c_i, takes_c_i || takes_cascade_i, 4'b0101}),
      .alumode_i(4'b0000),
      .acout_o  (unused_acout),
      .bcout_o  (unused_bcout),
      .p_o,
      .pcout_o
  );
endmodule
