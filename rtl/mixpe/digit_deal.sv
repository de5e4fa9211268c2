// Weights as elements hold them, dealt to the columns: one of 2^log_elements digits takes as many neighbours, the lowest digit
// first. Combinational.
module digit_deal #(
    parameter int unsigned Columns = 8,
    parameter int unsigned BitsPerElement = 4,
    localparam int unsigned Levels = $clog2(8 / BitsPerElement),
    localparam int unsigned LevelBits = Levels > 0 ? $clog2(Levels + 1) : 1
) (
    // From column 0 on: field, and whether the weight is negative.
    input  logic [Columns-1:0][               7:0] fields_i,
    input  logic [Columns-1:0]                     negates_i,
    input  logic [LevelBits-1:0]                   log_elements_i,
    output logic [Columns-1:0][BitsPerElement-1:0] digits_o,
    output logic [Columns-1:0]                     negates_o
);
  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    always_comb begin
      digits_o[column] = '0;
      negates_o[column] = 1'b0;
      for (int unsigned level = 0; level <= Levels; level++) begin
        if (log_elements_i == LevelBits'(level)) begin
          digits_o[column] = fields_i[column>>level][(column%(1<<level))*BitsPerElement+:BitsPerElement];
          negates_o[column] = negates_i[column>>level];
        end
      end
    end
  end
endmodule
