// A pair of floats encoded as slots of four bits and decoded again. Only here to be proved.
module ovp_round_trip #(
    parameter int Flint = 0
) (
    input  logic        [31:0] left_i,
    input  logic        [31:0] right_i,
    output logic signed [ 9:0] left_o,
    output logic signed [ 9:0] right_o
);
  logic [1:0][3:0] slots;
  logic [1:0][2:0] exponents;
  logic signed [3:0] integers[2];

  ovp_encode #(
      .Flint(Flint),
      .Bias (Flint != 0 ? 3 : 2)
  ) u_encode (
      .left_i,
      .right_i,
      .left_o (slots[0]),
      .right_o(slots[1])
  );

  for (genvar slot = 0; slot < 2; slot++) begin : gen_slots
    ovp_decode4 u_decode (
        .flint_i    (Flint != 0),
        .slot_i     (slots[slot]),
        .neighbour_i(slots[1-slot]),
        .exponent_o (exponents[slot]),
        .integer_o  (integers[slot])
    );
  end

  assign left_o  = 10'(integers[0]) <<< exponents[0];
  assign right_o = 10'(integers[1]) <<< exponents[1];
endmodule
