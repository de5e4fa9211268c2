// Model of the DSP48E2 primitive of UltraScale+ FPGAs, with its names of ports and attributes, so that an FPGA flow
// leaves this file out and finds the primitive. After the definition of the Xilinx Unisim library (Vivado 2020.1).
//
// Modelled: A, B, C, D, the cascades, the pre-adder, the 27 x 18 multiplier, W, X, Y and Z multiplexers, arithmetic
// modes of the ALU, CARRYIN. INMODE, OPMODE, ALUMODE and CARRYIN have no registers, SIMD, logic modes, pattern
// detection and the other carries are not there. Half a product (only one of X and Y 01) and Z = 100 are not defined.
module DSP48E2 #(
    parameter string AMULTSEL = "A",
    parameter string BMULTSEL = "B",
    parameter string A_INPUT = "DIRECT",
    parameter string B_INPUT = "DIRECT",
    parameter string PREADDINSEL = "A",
    parameter string USE_MULT = "MULTIPLY",
    parameter int AREG = 1,
    parameter int BREG = 1,
    parameter int ACASCREG = 1,
    parameter int BCASCREG = 1,
    parameter int CREG = 1,
    parameter int DREG = 1,
    parameter int ADREG = 1,
    parameter int MREG = 1,
    parameter int PREG = 1,
    parameter logic [47:0] RND = '0
) (
    input  logic        CLK,
    input  logic        CEA1,
    input  logic        CEA2,
    input  logic        CEB1,
    input  logic        CEB2,
    input  logic        CEC,
    input  logic        CED,
    input  logic        CEAD,
    input  logic        CEM,
    input  logic        CEP,
    input  logic        RSTA,
    input  logic        RSTB,
    input  logic        RSTC,
    input  logic        RSTD,
    input  logic        RSTM,
    input  logic        RSTP,
    input  logic [29:0] A,
    input  logic [17:0] B,
    input  logic [47:0] C,
    input  logic [26:0] D,
    input  logic [29:0] ACIN,
    input  logic [17:0] BCIN,
    input  logic [47:0] PCIN,
    input  logic        CARRYIN,
    input  logic [ 4:0] INMODE,
    input  logic [ 8:0] OPMODE,
    input  logic [ 3:0] ALUMODE,
    output logic [29:0] ACOUT,
    output logic [17:0] BCOUT,
    output logic [47:0] P,
    output logic [47:0] PCOUT
);
  localparam bit AFromCascade = A_INPUT == "CASCADE";
  localparam bit BFromCascade = B_INPUT == "CASCADE";
  localparam bit PreaddsB = PREADDINSEL == "B";
  localparam bit AMultipliesAD = AMULTSEL == "AD";
  localparam bit BMultipliesAD = BMULTSEL == "AD";
  localparam bit UsesMultiplier = USE_MULT != "NONE";

  logic [29:0] a_in, a1_q, a2_q, a1, a2;
  logic [26:0] a_selected, a_operand;
  logic [17:0] b_in, b1_q, b2_q, b1, b2, b_selected, b_operand;
  logic [47:0] c_q, c, p_d, p_q;
  logic [26:0] d_q, d, preadder_operand, ad_d, ad_q, ad;
  logic signed [44:0] product, m_d, m_q, m;

  assign a_in = AFromCascade ? ACIN : A;
  assign b_in = BFromCascade ? BCIN : B;

  always_ff @(posedge CLK) begin
    if (RSTA) {a1_q, a2_q} <= '0;
    else begin
      if (CEA1) a1_q <= a_in;
      if (CEA2) a2_q <= a1;
    end
    if (RSTB) {b1_q, b2_q} <= '0;
    else begin
      if (CEB1) b1_q <= b_in;
      if (CEB2) b2_q <= b1;
    end
    if (RSTC) c_q <= '0;
    else if (CEC) c_q <= C;
    // Both registers of the pre-adder have one reset.
    if (RSTD) {d_q, ad_q} <= '0;
    else begin
      if (CED) d_q <= D;
      if (CEAD) ad_q <= ad_d;
    end
    if (RSTM) m_q <= '0;
    else if (CEM) m_q <= m_d;
    if (RSTP) p_q <= '0;
    else if (CEP) p_q <= p_d;
  end

  // One register is the second of the two.
  assign a1 = AREG == 2 ? a1_q : a_in;
  assign b1 = BREG == 2 ? b1_q : b_in;
  assign a2 = AREG == 0 ? a_in : a2_q;
  assign b2 = BREG == 0 ? b_in : b2_q;
  assign ACOUT = ACASCREG == AREG ? a2 : a1;
  assign BCOUT = BCASCREG == BREG ? b2 : b1;

  // The three highest bits of A reach only X.
  assign a_selected = INMODE[0] ? a1[26:0] : a2[26:0];
  assign b_selected = INMODE[4] ? b1 : b2;
  assign a_operand = INMODE[1] && !PreaddsB ? '0 : a_selected;
  assign b_operand = INMODE[1] && PreaddsB ? '0 : b_selected;
  assign d = INMODE[2] ? (DREG == 1 ? d_q : D) : '0;
  assign preadder_operand = PreaddsB ? 27'($signed(b_operand)) : a_operand;
  assign ad_d = INMODE[3] ? d - preadder_operand : d + preadder_operand;
  assign ad = ADREG == 1 ? ad_q : ad_d;

  logic signed [26:0] multiplier_a;
  logic signed [17:0] multiplier_b;
  assign multiplier_a = AMultipliesAD ? ad : a_operand;
  assign multiplier_b = BMultipliesAD ? ad[17:0] : b_operand;
  assign product = multiplier_a * multiplier_b;
  assign m_d = UsesMultiplier ? product : '0;
  assign m = MREG == 1 ? m_q : m_d;
  assign c = CREG == 1 ? c_q : C;

  logic [47:0] w, x, y, z, sum;
  always_comb begin
    unique case (OPMODE[8:7])
      2'b00: w = '0;
      2'b01: w = p_q;
      2'b10: w = RND;
      2'b11: w = c;
    endcase
    unique case (OPMODE[6:4])
      3'b001: z = PCIN;
      3'b010: z = p_q;
      3'b011: z = c;
      3'b101: z = 48'($signed(PCIN) >>> 17);
      3'b110, 3'b111: z = 48'($signed(p_q) >>> 17);
      default: z = '0;
    endcase
    // The multiplier's two partial products, here as their sum in X.
    unique case (OPMODE[3:2])
      2'b00, 2'b01: y = '0;
      2'b10: y = '1;
      2'b11: y = c;
    endcase
    unique case (OPMODE[1:0])
      2'b00: x = '0;
      2'b01: x = 48'(m);
      2'b10: x = p_q;
      2'b11: x = {a2, b2};
    endcase
  end

  assign sum = w + x + y + 48'(CARRYIN);
  always_comb begin
    unique case (ALUMODE[1:0])
      2'b00: p_d = z + sum;
      2'b01: p_d = sum + ~z;
      2'b10: p_d = ~(z + sum);
      2'b11: p_d = z - sum;
    endcase
  end

  assign P = PREG == 1 ? p_q : p_d;
  assign PCOUT = P;

  logic unused_modes;
  assign unused_modes = ^ALUMODE[3:2];
endmodule
