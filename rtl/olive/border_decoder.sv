// What stands at a border of the array in front of two rows (columns) of 4-bit elements: decoders of two pairs of
// 4-bit slots, one per row, or of a pair of wide slots, whose number takes both rows: the signed upper nibble with an
// exponent of 4 more, and the unsigned lower nibble. 4-bit pairs may be wide too. Of a pair the left slot is decoded
// in one step, the right one in the next. Combinational.
module border_decoder #(
    // Of 8-bit outliers: 4 or 2.
    parameter int unsigned WideExponentBits = 4
) (
    // 8-bit slots.
    input  logic                   eight_i,
    // 4-bit slots: flint, else int.
    input  logic                   flint_i,
    // A number takes both rows.
    input  logic                   wide_i,
    // The right slot's step.
    input  logic                   right_i,
    // [row][slot] of 4 bits, left slots first; or two slots of 8 bits, left first.
    input  logic        [15:0]     pairs_i,
    output logic [1:0][4:0]        exponents_o,
    output logic [1:0][4:0]        integers_o
);
  logic [1:0][2:0] exponent4;
  logic [1:0][3:0] integer4;
  for (genvar row = 0; row < 2; row++) begin : gen_rows
    logic [3:0] left, right;
    assign {right, left} = pairs_i[8*row+:8];
    ovp_decode4 u_decode (
        .flint_i,
        .slot_i     (right_i ? right : left),
        .neighbour_i(right_i ? left : right),
        .exponent_o (exponent4[row]),
        .integer_o  (integer4[row])
    );
  end

  logic [7:0] left8, right8, integer8, wide;
  logic [4:0] exponent8, wide_exponent;
  assign {right8, left8} = pairs_i;
  ovp_decode8 #(
      .ExponentBits(WideExponentBits)
  ) u_decode8 (
      .slot_i     (right_i ? right8 : left8),
      .neighbour_i(right_i ? left8 : right8),
      .exponent_o (exponent8),
      .integer_o  (integer8)
  );

  assign wide = eight_i ? integer8 : 8'($signed(integer4[0]));
  assign wide_exponent = eight_i ? exponent8 : 5'(exponent4[0]);

  always_comb begin
    for (int unsigned row = 0; row < 2; row++) begin
      exponents_o[row] = 5'(exponent4[row]);
      integers_o[row] = 5'($signed(integer4[row]));
    end
    if (wide_i) begin
      exponents_o = {wide_exponent, wide_exponent + 5'd4};
      integers_o = {1'b0, wide[3:0], wide[7], wide[7:4]};
    end
  end
endmodule
