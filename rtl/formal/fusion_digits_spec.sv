// Pair: bitfusion/fusion_digits. Products one after the other, digits of their activations, digits of their weights. Operands
// have up to four digits.
module fusion_digits_spec (
    input  logic [15:0][1:0] activation_i,
    input  logic [15:0][1:0] weight_i,
    input  logic [ 1:0]      log_activation_digits_i,
    input  logic [ 1:0]      log_weight_digits_i,
    input  logic             activation_signed_i,
    input  logic             weight_signed_i,
    output logic [15:0][1:0] activation_o,
    output logic [15:0]      activation_signed_o,
    output logic [15:0][1:0] weight_o,
    output logic [15:0]      weight_signed_o
);
  always_comb begin
    activation_o = '0;
    activation_signed_o = '0;
    weight_o = '0;
    weight_signed_o = '0;
    for (int unsigned la = 0; la < 3; la++) begin
      for (int unsigned lw = 0; lw < 3; lw++) begin
        if (log_activation_digits_i == 2'(la) && log_weight_digits_i == 2'(lw)) begin
          for (int unsigned product = 0; product < 16 >> (la + lw); product++) begin
            for (int unsigned i = 0; i < 1 << la; i++) begin
              for (int unsigned j = 0; j < 1 << lw; j++) begin
                automatic int unsigned brick = (product << (la + lw)) + (i << lw) + j;
                activation_o[brick] = activation_i[(product << la) + i];
                weight_o[brick] = weight_i[(product << lw) + j];
                activation_signed_o[brick] = activation_signed_i && i == (1 << la) - 1;
                weight_signed_o[brick] = weight_signed_i && j == (1 << lw) - 1;
              end
            end
          end
        end
      end
    end
  end
endmodule
