// The only ways in which registers are written. Data registers have no reset; control registers reset synchronously.
// `clk_i`, `rst_ni` (active low) and `en_i` (clock enable: the whole block stalls while it is low) are the module's ports.

`ifndef ACCELSIM_REGISTERS_SVH
`define ACCELSIM_REGISTERS_SVH

// Data: q follows d in every enabled cycle.
`define DATA_REGISTER(q, d)      \
  always_ff @(posedge clk_i) begin \
    if (en_i) q <= d;              \
  end

// Data that is kept until `load`.
`define LOAD_REGISTER(q, d, load)      \
  always_ff @(posedge clk_i) begin       \
    if (en_i && (load)) q <= d;          \
  end

// Control: q follows d in every enabled cycle, `reset` while rst_ni is low.
`define CONTROL_REGISTER(q, d, reset)  \
  always_ff @(posedge clk_i) begin       \
    if (!rst_ni) q <= reset;             \
    else if (en_i) q <= d;               \
  end

`endif
