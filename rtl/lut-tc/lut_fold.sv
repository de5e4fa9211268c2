// The fold of a plane's TileK weight bits for half tables: a set sign bit (bit 0) complements the address above it. Its own
// inverse. Weights are folded offline, so that this module is in none but the unfolded variant. Combinational.
// Specification: formal/lut_fold_spec.sv.
module lut_fold #(
    parameter int unsigned TileK = 4
) (
    input  logic [TileK-1:0] index_i,
    output logic [TileK-1:0] folded_o
);
  assign folded_o = index_i ^ ({TileK{index_i[0]}} & ~TileK'(1));
endmodule
