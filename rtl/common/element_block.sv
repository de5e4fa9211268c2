// Two by two elements of 4 bits: four products, or two of wide rows or of wide columns, or one of both, whose parts are
// joined by a register each level. Latency 2, 3 or 4. A joined sum is that of the lower (or right) element, the
// others are zero.
`include "registers.svh"

module element_block (
    input  logic                      clk_i,
    input  logic                      en_i,
    input  logic                      wide_rows_i,
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

  // Neighbours along the wide side, rows before columns.
  logic [1:0][31:0] joined_d, joined_q;
  logic [31:0] all_q;
  for (genvar i = 0; i < 2; i++) begin : gen_join
    assign joined_d[i] = wide_rows_i ? products[0][i] + products[1][i] : products[i][0] + products[i][1];
    `DATA_REGISTER(joined_q[i], joined_d[i])
  end
  `DATA_REGISTER(all_q, joined_q[0] + joined_q[1])

  always_comb begin
    unique case ({wide_rows_i, wide_columns_i})
      2'b00: values_o = products;
      2'b10: values_o = {joined_q, 64'd0};
      2'b01: values_o = {joined_q[1], 32'd0, joined_q[0], 32'd0};
      default: values_o = {all_q, 96'd0};
    endcase
  end
endmodule
