// Products of one column of the float array. Latency 1.
`include "registers.svh"

module mac_float_column #(
    // A multiple of 16.
    parameter int unsigned Rows = 32,
    parameter int unsigned SignificandBits = 11,
    localparam int unsigned PortBits = 12 + SignificandBits
) (
    input  logic                            clk_i,
    input  logic                            en_i,
    input  logic [Rows-1:0][PortBits-1:0]   activations_i,
    input  logic [Rows-1:0][PortBits-1:0]   weights_i,
    // Lanes that the tile fills: the others give +0.
    input  logic [Rows-1:0]                 used_i,
    output logic [Rows-1:0][        31:0]   products_o
);
  for (genvar row = 0; row < Rows; row++) begin : gen_rows
    logic [31:0] product;
    float_port_multiply #(
        .SignificandBits(SignificandBits)
    ) u_multiply (
        .activation_i(activations_i[row]),
        .weight_i    (weights_i[row]),
        .product_o   (product)
    );
    `DATA_REGISTER(products_o[row], used_i[row] ? product : '0)
  end
endmodule
