// A multiplier of a row of elements, with an adder: it serves one column of each of `Groups` groups. Outliers are added to a sum of
// their column; the products of a column's centroids are added to that, one behind the other. Two registers: product, sum.
`include "registers.svh"

module centroid_lane #(
    // Columns that it serves.
    parameter int unsigned Groups = 4,
    localparam int unsigned GroupBits = Groups > 1 ? $clog2(Groups) : 1
) (
    input  logic                 clk_i,
    input  logic                 en_i,
    // A centroid and the sum of its activations, or an outlier and its activation.
    input  logic [         15:0] factor_i,
    input  logic [         31:0] operand_i,
    // Of the product in its register: that of a centroid, and the first of its column; or that of an outlier.
    input  logic                 centroid_i,
    input  logic                 first_i,
    input  logic                 outlier_i,
    input  logic [GroupBits-1:0] group_i,
    // The column has a sum of outliers.
    input  logic                 listed_i,
    output logic [         31:0] sum_o
);
  logic [31:0] product, product_q, addend, sum, sum_q;
  logic [31:0] outliers_q[Groups];

  half_multiply u_multiply (
      .half_i   (factor_i),
      .single_i (operand_i),
      .product_o(product)
  );
  `DATA_REGISTER(product_q, product)

  always_comb begin
    addend = sum_q;
    if (first_i || outlier_i) addend = listed_i ? outliers_q[group_i] : '0;
  end
  float_add u_add (
      .a_i  (addend),
      .b_i  (product_q),
      .sum_o(sum)
  );
  `LOAD_REGISTER(sum_q, sum, centroid_i)
  for (genvar group = 0; group < Groups; group++) begin : gen_outliers
    `LOAD_REGISTER(outliers_q[group], sum, outlier_i && group_i == GroupBits'(group))
  end

  assign sum_o = sum_q;
endmodule
