// Where the parts of a chain begin that a block of 16 columns with N kept weights each is given: every N slices. Combinational.
// Formal pair: formal/block_cuts_spec.sv
module block_cuts #(
    localparam int unsigned Groups = 8
) (
    // log2 of N, 1 to 4; 0 cuts nothing.
    input  logic [2:0]        log_kept_i,
    output logic [Groups-1:0] cuts_o
);
  logic [2:0] last;
  // Groups of a part, less one.
  assign last = 3'((4'd1 << (log_kept_i - 3'd1)) - 4'd1);
  for (genvar group = 0; group < Groups; group++) begin : gen_groups
    assign cuts_o[group] = log_kept_i != '0 && (3'(group) & last) == '0;
  end
endmodule
