// Output-stationary array of adders (engine `gobo`): Rows x Columns elements with a sum for each of 2^IndexBits centroids, and Multipliers
// with adders for each row, which take the outliers of a pass over K and, behind it, its sums (see pass_control). Row r of an element
// shares activations, a column indices. A word of the accumulators holds the outputs of a group of Multipliers columns, [row][lane].
//
// Registers of a k: operand, centroid sum, second set of sums, product, sum of products, f32 accumulate, which is the retire port; all
// groups but the first follow in turns of 2^IndexBits cycles.
`include "registers.svh"

module gobo_array #(
    parameter int unsigned Rows = 4,
    parameter int unsigned Columns = 4,
    parameter int unsigned IndexBits = 3,
    parameter int unsigned Multipliers = 1,
    parameter int unsigned AccumulatorWords = 64,
    localparam int unsigned Centroids = 1 << IndexBits,
    localparam int unsigned Groups = (Columns + Multipliers - 1) / Multipliers,
    localparam int unsigned GroupBits = Groups > 1 ? $clog2(Groups) : 1,
    localparam int unsigned LaneBits = Multipliers > 1 ? $clog2(Multipliers) : 1,
    localparam int unsigned AddressBits = AccumulatorWords > 1 ? $clog2(AccumulatorWords) : 1,
    // Of an instruction's count.
    localparam int unsigned CountBits = 21
) (
    input  logic                                         clk_i,
    input  logic                                         rst_ni,
    input  logic                                         en_i,
    // A k of all rows and columns of a tile: f16 activations, indices, and which weights are outliers.
    input  logic                                         step_valid_i,
    output logic                                         step_ready_o,
    input  logic [            Rows-1:0][           15:0] step_activation_i,
    input  logic [         Columns-1:0][  IndexBits-1:0] step_index_i,
    input  logic [         Columns-1:0]                  step_outlier_i,
    // The last k of a pass, and how many outliers the pass has.
    input  logic                                         step_ends_i,
    input  logic [       CountBits-1:0]                  step_outliers_i,
    // Nothing of these outputs is in the accumulators yet.
    input  logic                                         step_fresh_i,
    // First word of the tile in the accumulators, and groups of columns in use, less one.
    input  logic [     AddressBits-1:0]                  step_address_i,
    input  logic [       GroupBits-1:0]                  step_last_group_i,
    // An outlier: its f16 number, its column, and the activations of its k.
    input  logic                                         outlier_valid_i,
    output logic                                         outlier_ready_o,
    input  logic [            15:0]                      outlier_value_i,
    input  logic [   GroupBits-1:0]                      outlier_group_i,
    input  logic [    LaneBits-1:0]                      outlier_lane_i,
    input  logic [            Rows-1:0][           15:0] outlier_activation_i,
    // f16 centroids of a pass whose sums are complete, 0 where there are fewer.
    input  logic                                         centroid_valid_i,
    output logic                                         centroid_ready_o,
    input  logic [       Centroids-1:0][           15:0] centroid_value_i,
    output logic [     AddressBits-1:0]                  read_address_o,
    input  logic [Rows*Multipliers-1:0][           31:0] read_i,
    output logic [Rows*Multipliers-1:0]                  retire_valid_o,
    output logic [     AddressBits-1:0]                  retire_address_o,
    output logic [Rows*Multipliers-1:0][           31:0] retire_o
);
  localparam int unsigned PaddedColumns = Groups * Multipliers;

  // Of the sums of a pass.
  typedef struct packed {
    logic fresh;
    logic [AddressBits-1:0] address;
    logic [GroupBits-1:0] last_group;
  } tag_t;

  // Of products on their way.
  typedef struct packed {
    logic first;
    logic last;
    logic [GroupBits-1:0] group;
    logic fresh;
    logic [AddressBits-1:0] address;
  } product_t;

  logic issue, begins, takes_outlier;
  pass_control #(
      .Cycles   (Groups * Centroids),
      .CountBits(CountBits)
  ) u_control (
      .clk_i,
      .rst_ni,
      .en_i,
      .step_valid_i,
      .step_ready_o,
      .step_ends_i,
      .step_outliers_i,
      .outlier_valid_i,
      .outlier_ready_o,
      .issue_o  (issue),
      .begins_o (begins),
      .outlier_o(takes_outlier)
  );

  // Operand registers; one cycle later the sums of a pass are complete.
  logic [Rows-1:0][15:0] activations_q;
  logic [Columns-1:0][IndexBits-1:0] indices_q;
  logic [Columns-1:0] skips_q;
  logic step_q, begins_q, ends_q, move_q;
  tag_t tag_q, move_tag_q, walk_tag_q;

  `DATA_REGISTER(activations_q, step_activation_i)
  `DATA_REGISTER(indices_q, step_index_i)
  `DATA_REGISTER(skips_q, step_outlier_i)
  `CONTROL_REGISTER(step_q, issue, 1'b0)
  `DATA_REGISTER(begins_q, begins)
  `CONTROL_REGISTER(ends_q, issue && step_ends_i, 1'b0)
  `DATA_REGISTER(tag_q, tag_t'({step_fresh_i, step_address_i, step_last_group_i}))
  `CONTROL_REGISTER(move_q, ends_q, 1'b0)
  `DATA_REGISTER(move_tag_q, tag_q)
  `LOAD_REGISTER(walk_tag_q, move_tag_q, move_q)

  // Centroids come when the sums move.
  logic [Centroids-1:0][15:0] centroids_q;
  assign centroid_ready_o = move_q;
  `LOAD_REGISTER(centroids_q, centroid_value_i, centroid_valid_i && move_q)

  logic walks, walk_first, walk_last;
  logic [IndexBits-1:0] walk_centroid;
  logic [GroupBits-1:0] walk_group;
  centroid_walk #(
      .Groups   (Groups),
      .IndexBits(IndexBits)
  ) u_walk (
      .clk_i,
      .rst_ni,
      .en_i,
      .start_i     (move_q),
      .last_group_i(move_tag_q.last_group),
      .active_o    (walks),
      .centroid_o  (walk_centroid),
      .group_o     (walk_group),
      .first_o     (walk_first),
      .last_o      (walk_last)
  );

  // An outlier waits for as long as the sums of a pass, so that it comes to the multipliers in its place.
  logic outlier;
  logic [15:0] outlier_value;
  logic [GroupBits-1:0] outlier_group;
  logic [LaneBits-1:0] outlier_lane;
  logic [Rows-1:0][15:0] outlier_activations;
  delay_line #(
      .Width (16 + GroupBits + LaneBits + 16 * Rows),
      .Cycles(2)
  ) u_outlier (
      .clk_i,
      .rst_ni,
      .en_i,
      .valid_i(takes_outlier),
      .value_i({outlier_value_i, outlier_group_i, outlier_lane_i, outlier_activation_i}),
      .valid_o(outlier),
      .value_o({outlier_value, outlier_group, outlier_lane, outlier_activations})
  );

  // What the product registers hold, and what the sums of products are.
  product_t product, product_q, result_q;
  logic [Multipliers-1:0] outlier_d, outlier_q, listed;
  logic centroid_q, result_valid_q;

  assign product = '{
          first: walk_first,
          last: walk_last,
          group: walks ? walk_group : outlier_group,
          fresh: walk_tag_q.fresh,
          address: walk_tag_q.address + AddressBits'(walk_group)
      };
  for (genvar lane = 0; lane < Multipliers; lane++) begin : gen_outlier
    assign outlier_d[lane] = outlier && outlier_lane == LaneBits'(lane);
  end
  `DATA_REGISTER(product_q, product)
  `CONTROL_REGISTER(outlier_q, outlier_d, '0)
  `CONTROL_REGISTER(centroid_q, walks, 1'b0)
  `DATA_REGISTER(result_q, product_q)
  `CONTROL_REGISTER(result_valid_q, centroid_q && product_q.last, 1'b0)

  listed_columns #(
      .Groups(Groups),
      .Lanes (Multipliers)
  ) u_listed (
      .clk_i,
      .rst_ni,
      .en_i,
      .group_i  (product_q.group),
      .outlier_i(outlier_q),
      .taken_i  (centroid_q && product_q.first),
      .listed_o (listed)
  );

  for (genvar row = 0; row < Rows; row++) begin : gen_rows
    logic [31:0] activation, outlier_activation;
    logic [PaddedColumns-1:0][31:0] sums;

    half_widen u_widen (
        .half_i  (activations_q[row]),
        .single_o(activation)
    );
    half_widen u_widen_outlier (
        .half_i  (outlier_activations[row]),
        .single_o(outlier_activation)
    );

    for (genvar column = 0; column < PaddedColumns; column++) begin : gen_columns
      if (column < Columns) begin : gen_element
        centroid_element #(
            .IndexBits(IndexBits)
        ) u_element (
            .clk_i,
            .en_i,
            .valid_i     (step_q),
            .begins_i    (begins_q),
            .activation_i(activation),
            .index_i     (indices_q[column]),
            .skip_i      (skips_q[column]),
            .move_i      (move_q),
            .select_i    (walk_centroid),
            .sum_o       (sums[column])
        );
      end else begin : gen_none
        assign sums[column] = '0;
      end
    end

    for (genvar lane = 0; lane < Multipliers; lane++) begin : gen_lanes
      localparam int unsigned Place = row * Multipliers + lane;
      logic [31:0] result, accumulated, retire_q;

      centroid_lane #(
          .Groups(Groups)
      ) u_lane (
          .clk_i,
          .en_i,
          .factor_i  (walks ? centroids_q[walk_centroid] : outlier_value),
          .operand_i (walks ? sums[walk_group*Multipliers+lane] : outlier_activation),
          .centroid_i(centroid_q),
          .first_i   (centroid_q && product_q.first),
          .outlier_i (outlier_q[lane]),
          .group_i   (product_q.group),
          .listed_i  (listed[lane]),
          .sum_o     (result)
      );
      float_add u_accumulate (
          .a_i  (result_q.fresh ? '0 : read_i[Place]),
          .b_i  (result),
          .sum_o(accumulated)
      );
      `DATA_REGISTER(retire_q, accumulated)
      assign retire_o[Place] = retire_q;
    end
  end

  logic retire_valid_q;
  logic [AddressBits-1:0] retire_address_q;
  assign read_address_o = result_q.address;
  `CONTROL_REGISTER(retire_valid_q, result_valid_q, 1'b0)
  `DATA_REGISTER(retire_address_q, result_q.address)
  assign retire_valid_o = {Rows * Multipliers{retire_valid_q}};
  assign retire_address_o = retire_address_q;

  logic unused_tags;
  assign unused_tags = ^{result_q.first, result_q.last, result_q.group, walk_tag_q.last_group};
endmodule
