// A K lane of the shift-and-add array whose copies are binary16 numbers: an element in every column; the sum of a wide weight goes
// on to the neighbour with the next digit. Latency: a register per bit of all elements of a weight.
`include "registers.svh"

module half_terms_lane #(
    parameter int unsigned Columns = 8,
    parameter int unsigned BitsPerElement = 4,
    parameter int unsigned SignificandBits = 11,
    localparam int unsigned PortBits = 12 + SignificandBits,
    localparam int unsigned Levels = $clog2(8 / BitsPerElement),
    localparam int unsigned LevelBits = Levels > 0 ? $clog2(Levels + 1) : 1
) (
    input  logic                                   clk_i,
    input  logic                                   rst_ni,
    input  logic                                   en_i,
    // {not a number, infinite, negative, exponent, significand}
    input  logic [   PortBits-1:0]                 activation_i,
    // The tile fills the lane: else products are +0.
    input  logic                                   used_i,
    input  logic [Columns-1:0][BitsPerElement-1:0] digits_i,
    input  logic [Columns-1:0]                     negates_i,
    // The same for all rows of an instruction.
    input  logic [  LevelBits-1:0]                 log_elements_i,
    output logic [Columns-1:0][              31:0] products_o
);
  // Elements of the widest weight.
  localparam int unsigned Elements = 1 << Levels;

  // What goes beside the sum of an element.
  typedef struct packed {
    logic is_used;
    logic is_nan;
    logic is_infinite;
    logic is_negative;
    logic is_weighted;
  } tag_t;

  // Activations as late as the elements that take them.
  logic [PortBits:0] activations[Elements];
  assign activations[0] = {used_i, activation_i};
  for (genvar i = 1; i < Elements; i++) begin : gen_activations
    logic unused_valid;
    delay_line #(
        .Width (PortBits + 1),
        .Cycles(BitsPerElement)
    ) u_late (
        .clk_i,
        .rst_ni,
        .en_i,
        .valid_i(1'b0),
        .value_i(activations[i-1]),
        .valid_o(unused_valid),
        .value_o(activations[i])
    );
  end

  logic [15:0] sums[Columns];
  tag_t tags[Columns];
  logic [Columns-1:0][31:0] products;

  for (genvar column = 0; column < Columns; column++) begin : gen_columns
    // Which element of its weight it is.
    logic [2:0] index;
    assign index = 3'(column) & 3'((4'd1 << log_elements_i) - 4'd1);

    // Weights as late as the activations, since the next tile may follow.
    logic [BitsPerElement:0] weights[Elements];
    assign weights[0] = {negates_i[column], digits_i[column]};
    for (genvar i = 1; i < Elements; i++) begin : gen_weights
      logic unused_valid;
      delay_line #(
          .Width (BitsPerElement + 1),
          .Cycles(BitsPerElement)
      ) u_late (
          .clk_i,
          .rst_ni,
          .en_i,
          .valid_i(1'b0),
          .value_i(weights[i-1]),
          .valid_o(unused_valid),
          .value_o(weights[i])
      );
    end

    logic [PortBits-1:0] activation;
    logic [BitsPerElement-1:0] digit;
    logic is_used, negates, is_negative, is_weighted_before, unused_valid;
    logic [15:0] sum_before;
    tag_t tag;
    if (Elements > 1) begin : gen_late
      localparam int unsigned IndexBits = $clog2(Elements);
      assign {is_used, activation} = activations[index[IndexBits-1:0]];
      assign {negates, digit} = weights[index[IndexBits-1:0]];
    end else begin : gen_now
      assign {is_used, activation} = activations[0];
      assign {negates, digit} = weights[0];
    end
    if (column > 0) begin : gen_neighbour
      assign sum_before = index == '0 ? '0 : sums[column-1];
      assign is_weighted_before = index != '0 && tags[column-1].is_weighted;
      assign is_negative = index == '0 ? activation[PortBits-3] ^ negates : tags[column-1].is_negative;
    end else begin : gen_first
      assign sum_before = '0;
      assign is_weighted_before = 1'b0;
      assign is_negative = activation[PortBits-3] ^ negates;
    end

    half_terms #(
        .BitsPerElement (BitsPerElement),
        .SignificandBits(SignificandBits)
    ) u_element (
        .clk_i,
        .en_i,
        .significand_i(activation[SignificandBits-1:0]),
        .exponent_i   (activation[SignificandBits+:9]),
        .digit_i      (digit),
        .place_i      (3'(32'(index) * BitsPerElement)),
        .sum_i        (sum_before),
        .sum_o        (sums[column])
    );
    assign tag = '{
            is_used: is_used,
            is_nan: activation[PortBits-1],
            is_infinite: activation[PortBits-2],
            is_negative: is_negative,
            is_weighted: is_weighted_before || digit != '0
        };
    delay_line #(
        .Width ($bits(tag_t)),
        .Cycles(BitsPerElement)
    ) u_tag (
        .clk_i,
        .rst_ni,
        .en_i,
        .valid_i(1'b0),
        .value_i(tag),
        .valid_o(unused_valid),
        .value_o(tags[column])
    );

    logic [31:0] widened;
    half_widen u_widen (
        .half_i  (sums[column]),
        .single_o(widened)
    );
    always_comb begin
      products[column] = {tags[column].is_negative, widened[30:0]};
      if (!tags[column].is_used) products[column] = '0;
      else if (tags[column].is_nan || (tags[column].is_infinite && !tags[column].is_weighted)) begin
        products[column] = 32'h7FC0_0000;
      end else if (tags[column].is_infinite) products[column] = {tags[column].is_negative, 31'h7F80_0000};
    end
    logic unused_sign;
    assign unused_sign = widened[31];
  end

  // The product of a weight is that of its last element.
  for (genvar weight = 0; weight < Columns; weight++) begin : gen_products
    always_comb begin
      products_o[weight] = '0;
      for (int unsigned level = 0; level <= Levels; level++) begin
        if (log_elements_i == LevelBits'(level) && weight < Columns >> level) begin
          products_o[weight] = products[((weight+1)<<level)-1];
        end
      end
    end
  end
endmodule
