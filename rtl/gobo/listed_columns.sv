// Which columns have a sum of outliers: from their first outlier on until the products of their centroids are added to it.
`include "registers.svh"

module listed_columns #(
    // Columns by group and lane.
    parameter int unsigned Groups = 4,
    parameter int unsigned Lanes = 1,
    localparam int unsigned GroupBits = Groups > 1 ? $clog2(Groups) : 1
) (
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 en_i,
    input  logic [GroupBits-1:0] group_i,
    // Lanes with an outlier of the group; the group's sums are taken.
    input  logic [    Lanes-1:0] outlier_i,
    input  logic                 taken_i,
    output logic [    Lanes-1:0] listed_o
);
  logic [Groups-1:0][Lanes-1:0] listed_q;

  assign listed_o = listed_q[group_i];
  for (genvar group = 0; group < Groups; group++) begin : gen_groups
    logic [Lanes-1:0] listed_d;
    always_comb begin
      listed_d = listed_q[group];
      if (group_i == GroupBits'(group)) listed_d = taken_i ? '0 : listed_d | outlier_i;
    end
    `CONTROL_REGISTER(listed_q[group], listed_d, '0)
  end
endmodule
