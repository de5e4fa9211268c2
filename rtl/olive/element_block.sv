// Two by two elements of 4 bits: four products, or two of wide rows, or one of wide rows and columns, whose parts are
// joined by a register each level. Latency 2, 3 or 4. A joined sum is that of the lower (and right) element, the
// others are zero.
`include "registers.svh"

module element_block (
    input  logic                      clk_i,
    input  logic                      en_i,
    input  logic                      wide_rows_i,
    // Only with wide rows.
    input  logic                      wide_columns_i,
    input  logic [1:0][4:0]           row_exponents_i,
    input  logic [1:0][4:0]           row_integers_i,
    input  logic [1:0][4:0]           column_exponents_i,
    input  logic [1:0][4:0]           column_integers_i,
    // [row][column]
    output logic [1:0][1:0][31:0]     values_o
);
  logic [1:0][1:0][31:0] products;
  for (genvar row = 0; row < 2; row++) begin : gen_rows
    for (genvar column = 0; column < 2; column++) begin : gen_columns
      exponent_integer_element u_element (
          .clk_i,
          .en_i,
          .x_exponent_i(row_exponents_i[row]),
          .x_integer_i (row_integers_i[row]),
          .y_exponent_i(column_exponents_i[column]),
          .y_integer_i (column_integers_i[column]),
          .value_o     (products[row][column])
      );
    end
  end

  // Rows, then columns.
  logic [1:0][31:0] joined_q;
  logic [31:0] all_q;
  for (genvar column = 0; column < 2; column++) begin : gen_join
    `DATA_REGISTER(joined_q[column], products[0][column] + products[1][column])
  end
  `DATA_REGISTER(all_q, joined_q[0] + joined_q[1])

  always_comb begin
    values_o = products;
    if (wide_rows_i) values_o = {joined_q, 64'd0};
    if (wide_rows_i && wide_columns_i) values_o = {all_q, 96'd0};
  end
endmodule
