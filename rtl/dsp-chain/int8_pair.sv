// Two products in one slice: activations of two rows times one weight, lanes corrected. Latency 5.
module int8_pair (
    input  logic               clk_i,
    input  logic               rst_ni,
    input  logic               en_i,
    input  logic        [ 8:0] upper_i,
    input  logic        [ 8:0] lower_i,
    input  logic        [ 8:0] weight_i,
    output logic signed [31:0] upper_o,
    output logic signed [31:0] lower_o
);
  logic [47:0] p, unused_pcout;

  packed_multiply u_multiply (
      .clk_i,
      .rst_ni,
      .en_i,
      .quads_i        (1'b0),
      .packed_i       ({upper_i, lower_i}),
      .factor_i       (weight_i),
      .takes_c_i      (1'b0),
      .takes_cascade_i(1'b0),
      .c_i            ('0),
      .pcin_i         ('0),
      .p_o            (p),
      .pcout_o        (unused_pcout)
  );

  reduction_node u_node (
      .clk_i,
      .en_i,
      .p_i  (p),
      .msp_i('0),
      .upper_o,
      .lower_o
  );
endmodule
