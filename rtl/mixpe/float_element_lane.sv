// A K lane of the shift-and-add array for floats: an element in every column, neighbours of wide weights joined, then the
// normalisers. Registers: shift-and-add, one per level of neighbours, normalise.
`include "registers.svh"

module float_element_lane #(
    parameter int unsigned Columns = 8,
    parameter int unsigned BitsPerElement = 4,
    parameter int unsigned SignificandBits = 11,
    parameter int unsigned HalfProducts = 0,
    localparam int unsigned PortBits = 12 + SignificandBits,
    localparam int unsigned Levels = $clog2(8 / BitsPerElement),
    localparam int unsigned LevelBits = Levels > 0 ? $clog2(Levels + 1) : 1
) (
    input  logic                                   clk_i,
    input  logic                                   en_i,
    // {not a number, infinite, negative, exponent, significand}
    input  logic [   PortBits-1:0]                 activation_i,
    // The tile fills the lane: else products are +0.
    input  logic                                   used_i,
    input  logic [Columns-1:0][BitsPerElement-1:0] digits_i,
    input  logic [Columns-1:0]                     negates_i,
    // Of what is normalised.
    input  logic [  LevelBits-1:0]                 log_elements_i,
    output logic [Columns-1:0][              31:0] products_o
);
  localparam int unsigned SumBits = SignificandBits + 8;

  // What of an activation goes beside the sums.
  typedef struct packed {
    logic is_used;
    logic is_nan;
    logic is_infinite;
    logic is_negative;
    logic signed [8:0] exponent;
  } activation_t;

  typedef struct packed {
    logic negates;
    logic is_weighted;
    logic [SumBits-1:0] sum;
  } element_t;

  // Behind level l are Columns / 2^l sums.
  element_t elements_d[Columns], elements_q[Levels+1][Columns];
  activation_t activation, activations_q[Levels+1];

  assign activation = {used_i, activation_i[PortBits-1:SignificandBits]};
  `DATA_REGISTER(activations_q[0], activation)

  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    logic [SignificandBits+BitsPerElement-1:0] sum;
    float_copies #(
        .SignificandBits(SignificandBits),
        .BitsPerElement (BitsPerElement)
    ) u_copies (
        .significand_i(activation_i[SignificandBits-1:0]),
        .digit_i      (digits_i[column]),
        .sum_o        (sum)
    );
    assign elements_d[column] = '{
            negates: negates_i[column],
            is_weighted: digits_i[column] != '0,
            sum: SumBits'(sum)
        };
    `DATA_REGISTER(elements_q[0][column], elements_d[column])
  end

  for (genvar level = 0; level < Levels; level++) begin : gen_levels
    `DATA_REGISTER(activations_q[level+1], activations_q[level])
    for (genvar i = 0; i < Columns; i++) begin : gen_columns
      if (i < Columns >> (level + 1)) begin : gen_pair
        element_t joined;
        assign joined = '{
                negates: elements_q[level][2*i].negates,
                is_weighted: elements_q[level][2*i].is_weighted || elements_q[level][2*i+1].is_weighted,
                sum: elements_q[level][2*i].sum + (elements_q[level][2*i+1].sum << (BitsPerElement << level))
            };
        `DATA_REGISTER(elements_q[level+1][i], joined)
      end else begin : gen_none
        assign elements_q[level+1][i] = '0;
      end
    end
  end

  activation_t packed_activation;
  assign packed_activation = activations_q[log_elements_i];
  for (genvar column = 0; column < Columns; column++) begin : gen_products
    element_t element;
    logic [31:0] product;
    assign element = elements_q[log_elements_i][column];
    float_pack #(
        .SumBits     (SumBits),
        .HalfProducts(HalfProducts)
    ) u_pack (
        .is_nan_i     (packed_activation.is_nan),
        .is_infinite_i(packed_activation.is_infinite),
        .is_negative_i(packed_activation.is_negative ^ element.negates),
        .exponent_i   (packed_activation.exponent),
        .sum_i        (element.sum),
        .is_weighted_i(element.is_weighted),
        .product_o    (product)
    );
    `DATA_REGISTER(products_o[column], packed_activation.is_used ? product : '0)
  end
endmodule
