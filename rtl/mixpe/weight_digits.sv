// A K row of weights dealt to the columns of elements: a weight of 2^log_elements digits takes as many neighbours, the lowest
// digit first. Combinational.
module weight_digits #(
    parameter int unsigned Columns = 8,
    parameter int unsigned BitsPerElement = 4,
    parameter int unsigned Signs = 0,
    parameter int unsigned PositionBits = 1,
    localparam int unsigned Levels = $clog2(8 / BitsPerElement),
    localparam int unsigned LevelBits = Levels > 0 ? $clog2(Levels + 1) : 1
) (
    // The weights of the row from column 0 on.
    input  logic [Columns-1:0][               7:0] code_i,
    input  logic [Columns-1:0][  PositionBits-1:0] position_i,
    // Bits of a code, less one.
    input  logic [        2:0]                     width_i,
    input  logic [LevelBits-1:0]                   log_elements_i,
    // Of each element: digit, and whether its weight is negative.
    output logic [Columns-1:0][BitsPerElement-1:0] digits_o,
    output logic [Columns-1:0]                     negate_o,
    output logic [Columns-1:0][  PositionBits-1:0] positions_o
);
  logic [Columns-1:0][7:0] fields;
  logic [Columns-1:0] negates;

  for (genvar weight = 0; weight < Columns; weight++) begin : gen_weights
    weight_centre #(
        .Signs   (Signs),
        .CodeBits(8)
    ) u_centre (
        .code_i  (code_i[weight]),
        .width_i (width_i),
        .field_o (fields[weight]),
        .negate_o(negates[weight])
    );
  end

  digit_deal #(
      .Columns       (Columns),
      .BitsPerElement(BitsPerElement)
  ) u_deal (
      .fields_i (fields),
      .negates_i(negates),
      .log_elements_i,
      .digits_o,
      .negates_o(negate_o)
  );

  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    always_comb begin
      positions_o[column] = '0;
      for (int unsigned level = 0; level <= Levels; level++) begin
        if (log_elements_i == LevelBits'(level)) positions_o[column] = position_i[column>>level];
      end
    end
  end
endmodule
