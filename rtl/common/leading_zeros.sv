// Zeros above the highest set bit; Width where there is none. Combinational.
module leading_zeros #(
    parameter int unsigned Width = 24,
    localparam int unsigned CountBits = $clog2(Width + 1)
) (
    input  logic [    Width-1:0] bits_i,
    output logic [CountBits-1:0] count_o
);
  always_comb begin
    count_o = CountBits'(Width);
    for (int unsigned i = 0; i < Width; i++) begin
      if (bits_i[i]) count_o = CountBits'(Width - 1 - i);
    end
  end
endmodule
