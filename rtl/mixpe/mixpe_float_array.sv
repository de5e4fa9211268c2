// Weight-stationary array of shift-and-add elements for float activations (engine `mixpe`, float operands): Rows lanes of K in
// each of Columns columns of elements. Weights of more than BitsPerElement bits take neighbouring columns.
//
// A row of activations is accepted per cycle (see stationary_control). Registers: operand, those of float_element_lane or
// half_terms_lane, then those of float_sums.
`include "registers.svh"

module mixpe_float_array #(
    // A multiple of 16.
    parameter int unsigned Rows = 32,
    parameter int unsigned Columns = 4,
    // 1, 2, 4 or 8; Columns is a multiple of 8 / BitsPerElement.
    parameter int unsigned BitsPerElement = 4,
    parameter int unsigned EpilogueLanes = 4,
    parameter int unsigned PartialRows = 8,
    // Significant bits of an activation, the hidden one included.
    parameter int unsigned SignificandBits = 11,
    // 0: exact, 1: rounded to binary16, 2: sums of binary16 copies (half_terms).
    parameter int unsigned Products = 0,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    localparam int unsigned PartialBits = PartialRows > 1 ? $clog2(PartialRows) : 1,
    localparam int unsigned Chunks = (Columns + EpilogueLanes - 1) / EpilogueLanes,
    localparam int unsigned ChunkBits = Chunks > 1 ? $clog2(Chunks) : 1,
    localparam int unsigned PortBits = 12 + SignificandBits,
    localparam int unsigned Trees = Rows / 16,
    localparam int unsigned TreeBits = $clog2(Trees + 1),
    localparam int unsigned CountBits = $clog2(Rows + 1),
    localparam int unsigned Levels = $clog2(8 / BitsPerElement),
    localparam int unsigned LevelBits = Levels > 0 ? $clog2(Levels + 1) : 1
) (
    input  logic                                  clk_i,
    input  logic                                  rst_ni,
    input  logic                                  en_i,
    // Codes less their zero points, at most 8 bits without their sign, one K row of a tile per beat.
    input  logic                                  weight_valid_i,
    output logic                                  weight_ready_o,
    input  logic                                  weight_last_i,
    input  logic [      Columns-1:0][        8:0] weight_value_i,
    // log2 of the elements that a weight takes.
    input  logic [    LevelBits-1:0]              weight_log_elements_i,
    // Activations as float_element_lane takes them, one row of a tile per beat, with the lanes of K that the tile fills.
    input  logic                                  row_valid_i,
    output logic                                  row_ready_o,
    input  logic                                  row_last_i,
    input  logic [         Rows-1:0][PortBits-1:0] row_value_i,
    input  logic [    CountBits-1:0]              row_lanes_i,
    input  logic [    LevelBits-1:0]              row_log_elements_i,
    // As in float_sums.
    input  logic                                  row_segmented_i,
    input  logic                                  row_convert_i,
    input  logic                                  row_begins_i,
    input  logic                                  row_ends_i,
    input  logic                                  row_fresh_i,
    input  logic [  PartialBits-1:0]              row_partial_i,
    input  logic [  AddressBits-1:0]              row_address_i,
    input  logic [    ChunkBits-1:0]              row_last_chunk_i,
    input  logic                                  scale_valid_i,
    output logic                                  scale_ready_o,
    input  logic [EpilogueLanes-1:0][       31:0] scale_column_i,
    input  logic [             31:0]              scale_row_i,
    output logic [  AddressBits-1:0]              read_address_o,
    input  logic [      Columns-1:0][       31:0] read_i,
    output logic [      Columns-1:0]              retire_valid_o,
    output logic [  AddressBits-1:0]              retire_address_o,
    output logic [      Columns-1:0][       31:0] retire_o
);
  localparam int unsigned RowIndexBits = $clog2(Rows);

  // What an element's register holds.
  typedef struct packed {
    logic negate;
    logic [BitsPerElement-1:0] digit;
  } weight_t;

  typedef struct packed {
    logic [LevelBits-1:0] log_elements;
    logic segmented;
    logic converts;
    logic begins;
    logic ends;
    logic fresh;
    logic [PartialBits-1:0] partial;
    logic [AddressBits-1:0] address;
    logic [ChunkBits-1:0] last_chunk;
    logic [TreeBits-1:0] trees;
  } tag_t;

  logic load, issue, swap;
  logic [RowIndexBits-1:0] load_row;
  logic [TreeBits-1:0] trees;
  logic [ChunkBits-1:0] hold;

  assign trees = TreeBits'((32'(row_lanes_i) + 15) / 16);
  assign hold = row_segmented_i && !row_convert_i && row_ends_i ? row_last_chunk_i : '0;

  stationary_control #(
      .Rows     (Rows),
      .HoldLimit((1 << ChunkBits) - 1),
      .WaitLimit((1 << TreeBits) - 1)
  ) u_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .weight_valid_i,
      .weight_ready_o,
      .weight_last_i,
      .row_valid_i,
      .row_ready_o,
      .row_last_i,
      .row_hold_i(hold),
      .row_wait_i(trees - TreeBits'(1)),
      .load_o    (load),
      .load_row_o(load_row),
      .issue_o   (issue),
      .swap_o    (swap)
  );

  // Weights as sign and magnitude, dealt to the elements.
  logic [Columns-1:0][7:0] magnitudes;
  logic [Columns-1:0] signs, negates;
  logic [Columns-1:0][BitsPerElement-1:0] digits;
  weight_t [Columns-1:0] loaded;
  weight_t [Rows-1:0][Columns-1:0] active;

  for (genvar column = 0; column < Columns; column++) begin : gen_loaded
    assign signs[column] = weight_value_i[column][8];
    assign magnitudes[column] = signs[column] ? -weight_value_i[column][7:0] : weight_value_i[column][7:0];
    assign loaded[column] = '{negate: negates[column], digit: digits[column]};
  end
  digit_deal #(
      .Columns       (Columns),
      .BitsPerElement(BitsPerElement)
  ) u_deal (
      .fields_i      (magnitudes),
      .negates_i     (signs),
      .log_elements_i(weight_log_elements_i),
      .digits_o      (digits),
      .negates_o     (negates)
  );
  weight_buffer #(
      .Rows   (Rows),
      .RowBits(Columns * $bits(weight_t))
  ) u_weights (
      .clk_i,
      .rst_ni,
      .en_i,
      .load_i     (load),
      .load_row_i (load_row),
      .load_data_i(loaded),
      .swap_i     (swap),
      .active_o   (active)
  );

  // Operand registers.
  logic [Rows-1:0][PortBits-1:0] operands_q;
  logic [CountBits-1:0] lanes_q;
  tag_t tag;
  `DATA_REGISTER(operands_q, row_value_i)
  `DATA_REGISTER(lanes_q, row_lanes_i)
  assign tag = '{
          log_elements: row_log_elements_i,
          segmented: row_segmented_i,
          converts: row_convert_i,
          begins: row_begins_i,
          ends: row_ends_i,
          fresh: row_fresh_i,
          partial: row_partial_i,
          address: row_address_i,
          last_chunk: row_last_chunk_i,
          trees: trees
      };

  // Rows of narrower weights leave after fewer registers.
  logic products_valid;
  logic [LevelBits-1:0] log_elements;
  tag_t products_tag;
  if (Products == 2) begin : gen_terms
    logic issue_q;
    tag_t tag_q;
    logic [LevelBits-1:0] log_elements_q;
    `CONTROL_REGISTER(issue_q, issue, 1'b0)
    `DATA_REGISTER(tag_q, tag)
    `LOAD_REGISTER(log_elements_q, row_log_elements_i, issue)
    assign log_elements = log_elements_q;
    valid_line #(
        .Cycles(8)
    ) u_valid (
        .clk_i,
        .rst_ni,
        .en_i,
        .cycles_i(4'(BitsPerElement << log_elements_q)),
        .valid_i (issue_q),
        .valid_o (products_valid)
    );
    skew_line #(
        .Width ($bits(tag_t)),
        .Cycles(8)
    ) u_tags (
        .clk_i,
        .en_i,
        .cycles_i(4'(BitsPerElement << log_elements_q)),
        .value_i (tag_q),
        .value_o (products_tag)
    );
  end else begin : gen_joins
    logic joined_valid[Levels+1];
    tag_t joined_tags[Levels+1];
    logic joined, products_valid_q;
    tag_t joined_tag, products_tag_q;
    assign log_elements = joined_tag.log_elements;

    delay_line #(
        .Width ($bits(tag_t)),
        .Cycles(2)
    ) u_tags (
        .clk_i,
        .rst_ni,
        .en_i,
        .valid_i(issue),
        .value_i(tag),
        .valid_o(joined_valid[0]),
        .value_o(joined_tags[0])
    );
    for (genvar level = 0; level < Levels; level++) begin : gen_join_tags
      `CONTROL_REGISTER(joined_valid[level+1], joined_valid[level], 1'b0)
      `DATA_REGISTER(joined_tags[level+1], joined_tags[level])
    end
    always_comb begin
      joined = 1'b0;
      joined_tag = joined_tags[0];
      for (int unsigned level = 0; level <= Levels; level++) begin
        if (joined_valid[level] && joined_tags[level].log_elements == LevelBits'(level)) begin
          joined = 1'b1;
          joined_tag = joined_tags[level];
        end
      end
    end
    `CONTROL_REGISTER(products_valid_q, joined, 1'b0)
    `DATA_REGISTER(products_tag_q, joined_tag)
    assign products_valid = products_valid_q;
    assign products_tag = products_tag_q;
  end

  logic [Columns-1:0][Rows-1:0][31:0] products;
  for (genvar row = 0; row < Rows; row++) begin : gen_lanes
    logic [Columns-1:0][BitsPerElement-1:0] lane_digits;
    logic [Columns-1:0] lane_negates;
    logic [Columns-1:0][31:0] lane_products;
    for (genvar column = 0; column < Columns; column++) begin : gen_columns
      assign lane_digits[column] = active[row][column].digit;
      assign lane_negates[column] = active[row][column].negate;
      assign products[column][row] = lane_products[column];
    end
    if (Products == 2) begin : gen_terms
      half_terms_lane #(
          .Columns        (Columns),
          .BitsPerElement (BitsPerElement),
          .SignificandBits(SignificandBits)
      ) u_lane (
          .clk_i,
          .rst_ni,
          .en_i,
          .activation_i  (operands_q[row]),
          .used_i        (CountBits'(row) < lanes_q),
          .digits_i      (lane_digits),
          .negates_i     (lane_negates),
          .log_elements_i(log_elements),
          .products_o    (lane_products)
      );
    end else begin : gen_sums
      float_element_lane #(
          .Columns        (Columns),
          .BitsPerElement (BitsPerElement),
          .SignificandBits(SignificandBits),
          .HalfProducts   (Products)
      ) u_lane (
          .clk_i,
          .en_i,
          .activation_i  (operands_q[row]),
          .used_i        (CountBits'(row) < lanes_q),
          .digits_i      (lane_digits),
          .negates_i     (lane_negates),
          .log_elements_i(log_elements),
          .products_o    (lane_products)
      );
    end
  end

  float_sums #(
      .Rows            (Rows),
      .Columns         (Columns),
      .EpilogueLanes   (EpilogueLanes),
      .PartialRows     (PartialRows),
      .AccumulatorWords(AccumulatorWords)
  ) u_sums (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i     (products_valid),
      .products_i  (products),
      .trees_i     (products_tag.trees),
      .segmented_i (products_tag.segmented),
      .convert_i   (products_tag.converts),
      .begins_i    (products_tag.begins),
      .ends_i      (products_tag.ends),
      .fresh_i     (products_tag.fresh),
      .partial_i   (products_tag.partial),
      .address_i   (products_tag.address),
      .last_chunk_i(products_tag.last_chunk),
      .scale_valid_i,
      .scale_ready_o,
      .scale_column_i,
      .scale_row_i,
      .read_address_o,
      .read_i,
      .retire_valid_o,
      .retire_address_o,
      .retire_o
  );

  logic unused_tag;
  assign unused_tag = ^products_tag.log_elements;
endmodule
