// Two neighbouring floats, already divided by their scale, as a pair of slots: both normal values, or an outlier
// beside the identifier of its victim. Of two outliers that of the greater magnitude survives, the left one when they
// are equal, or always the left. Combinational.
module ovp_encode #(
    parameter int Eight = 0,
    parameter int Flint = 0,
    parameter int unsigned MantissaBits = 1,
    parameter int unsigned Bias = 2,
    parameter int unsigned GreatestCode = 7,
    parameter int NearestBoundary = 0,
    parameter int TowardPositive = 0,
    parameter int LeftSurvives = 0,
    localparam int unsigned Width = Eight != 0 ? 8 : 4
) (
    input  logic [     31:0] left_i,
    input  logic [     31:0] right_i,
    output logic [Width-1:0] left_o,
    output logic [Width-1:0] right_o
);
  localparam logic [Width-1:0] Identifier = {1'b1, {(Width - 1) {1'b0}}};

  logic [1:0] is_outlier;
  logic [1:0][31:0] numbers;
  logic [1:0][Width-1:0] normal, outlier;
  assign numbers = {right_i, left_i};
  for (genvar slot = 0; slot < 2; slot++) begin : gen_slots
    ovp_round #(
        .Eight          (Eight),
        .Flint          (Flint),
        .MantissaBits   (MantissaBits),
        .Bias           (Bias),
        .GreatestCode   (GreatestCode),
        .NearestBoundary(NearestBoundary),
        .TowardPositive (TowardPositive)
    ) u_round (
        .number_i    (numbers[slot]),
        .is_outlier_o(is_outlier[slot]),
        .normal_o    (normal[slot]),
        .outlier_o   (outlier[slot])
    );
  end

  logic left_wins;
  assign left_wins = is_outlier[0]
      && (!is_outlier[1] || LeftSurvives != 0 || left_i[30:0] >= right_i[30:0]);
  always_comb begin
    {right_o, left_o} = {normal[1], normal[0]};
    if (left_wins) {right_o, left_o} = {Identifier, outlier[0]};
    else if (is_outlier[1]) {right_o, left_o} = {outlier[1], Identifier};
  end
endmodule
