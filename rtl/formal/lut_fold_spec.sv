// Pair: lut-tc/lut_fold. The index itself, or where its sign bit is set the index of the negated sum with that bit set again:
// T[i] = -T[~i].
module lut_fold_spec #(
    parameter int unsigned TileK = 4
) (
    input  logic [TileK-1:0] index_i,
    output logic [TileK-1:0] folded_o
);
  always_comb begin
    folded_o = index_i;
    if (index_i[0]) begin
      folded_o = ~index_i;
      folded_o[0] = 1'b1;
    end
  end
endmodule
