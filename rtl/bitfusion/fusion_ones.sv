// Four digits that are ones as weights are laid out in them: 1 for every k that is there. Combinational.
module fusion_ones (
    input  logic [3:0]      filled_i,
    // log2 of the digits of a weight: 0, 1 or 2.
    input  logic [1:0]      log_digits_i,
    output logic [3:0][1:0] ones_o
);
  always_comb begin
    unique case (log_digits_i)
      2'd0: ones_o = {1'b0, filled_i[3], 1'b0, filled_i[2], 1'b0, filled_i[1], 1'b0, filled_i[0]};
      2'd1: ones_o = {3'b0, filled_i[1], 3'b0, filled_i[0]};
      default: ones_o = {7'b0, filled_i[0]};
    endcase
  end
endmodule
