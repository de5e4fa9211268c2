// Definition of lut-tc/lut_select: kept weight i of a table meets activation ((offset + i) / n) m + position of its window; there
// is none from `count_i` on.
module lut_select_spec #(
    parameter int unsigned TileK = 4,
    parameter int unsigned SelectorInputs = 4,
    parameter int unsigned Bits = 9,
    localparam int unsigned Window = TileK * SelectorInputs,
    localparam int unsigned PositionBits = $clog2(SelectorInputs),
    localparam int unsigned LogBits = $clog2(PositionBits + 1),
    localparam int unsigned CountBits = $clog2(TileK + 1)
) (
    input  logic [Window-1:0][        Bits-1:0] window_i,
    input  logic [ TileK-1:0][PositionBits-1:0] positions_i,
    input  logic [PositionBits-1:0]             offset_i,
    input  logic [CountBits-1:0]                count_i,
    input  logic [LogBits-1:0]                  log_n_i,
    input  logic [LogBits-1:0]                  log_m_i,
    output logic [ TileK-1:0][        Bits-1:0] selected_o
);
  int unsigned n, m, k;
  always_comb begin
    n = 32'd1 << log_n_i;
    m = 32'd1 << log_m_i;
    k = '0;
    selected_o = '0;
    for (int unsigned i = 0; i < TileK; i++) begin
      k = (32'(offset_i) + i) / n * m + 32'(positions_i[i]);
      for (int unsigned place = 0; place < Window; place++) begin
        if (k % Window == place && i < 32'(count_i)) selected_o[i] = window_i[place];
      end
    end
  end
endmodule
