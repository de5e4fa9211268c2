import Cosim
import Engines
import Foundation
import Testing

/// A comparison that finds nothing wrong with wrong RTL is worth nothing.
@Suite(.enabled(if: Tool.missing.isEmpty, "changed RTL is not compared: models are built with Verilator and clang++"))
struct SabotageTests {
    struct Change: Sendable, CustomTestStringConvertible {
        var block: String
        var file: String
        var old: String
        var new: String
        var testDescription: String { "\(file): \(old) to \(new)" }
    }

    static let changes = [
        Change(
            block: "common/float_add", file: "common/float_add.sv", old: "aligned[0] | lost", new: "aligned[0]"),
        Change(
            block: "common/float_multiply", file: "common/float_round.sv", old: "guard && (sticky || truncated[0])",
            new: "guard"),
        Change(
            block: "common/integer_to_float", file: "common/integer_to_float.sv", old: "sign ? -integer_i : integer_i",
            new: "sign ? ~integer_i : integer_i"),
        Change(
            block: "common/group_scale", file: "common/group_scale.sv", old: "halve_q ? half : whole",
            new: "halve_i ? half : whole"),
        // One register more, and one less.
        Change(
            block: "common/adder_tree:16", file: "common/adder_tree.sv", old: "assign sum_o = level[Levels][0];",
            new: "`DATA_REGISTER(sum_o, level[Levels][0])"),
        Change(
            block: "mac/mac_array:dense", file: "mac/mac_array.sv", old: ".Cycles(1 + $clog2(Rows))",
            new: ".Cycles($clog2(Rows))"),
        // Weights of a tile wait a cycle longer than they need to.
        Change(
            block: "mac/mac_array:dense", file: "common/stationary_control.sv",
            old: "assign weight_ready_o = !shadow_full_q || swap_o;", new: "assign weight_ready_o = !shadow_full_q;"),
        // Sums that have just been written are read too early.
        Change(
            block: "mac/mac_array:single", file: "common/accumulator_port.sv",
            old: "retire_valid_q[column] && retire_address_q == read_address_o", new: "1'b0"),
        // Kept activations beyond the end of a run.
        Change(
            block: "lut-tc/lut_tensor_core:odd-selectors", file: "lut-tc/lut_select.sv",
            old: "CountBits'(i) < count_i ? selected : '0", new: "selected"),
        // Tables that begin inside a block of kept weights.
        Change(
            block: "lut-tc/lut_select:3-32", file: "lut-tc/lut_select.sv", old: "(PlaceBits'(offset_i) + PlaceBits'(i))",
            new: "PlaceBits'(i)"),
        // The negated entry's complement.
        Change(
            block: "lut-tc/lut_lookup:half-4", file: "lut-tc/lut_lookup.sv", old: "-(EntryBits + 1)'(entry)",
            new: "~(EntryBits + 1)'(entry)"),
        // The last lookup of a segment does not wait for the shadow registers.
        Change(
            block: "lut-tc/lut_tensor_core:folded", file: "lut-tc/lut_control.sv", old: "(can_move || !move_o)", new: "1'b1"),
        // Rows beyond the last one are written.
        Change(
            block: "lut-tc/lut_tensor_core:odd", file: "lut-tc/lut_leave.sv", old: "row_q <= last_row_q", new: "1'b1"),
        // The sign of a wide weight is taken from its lowest digit.
        Change(
            block: "mixpe/mixpe_array:twos-complement", file: "mixpe/mixpe_array.sv", old: "(column + 1) % (1 << level)",
            new: "column % (1 << level)"),
        // Activations in lanes without a weight are summed too.
        Change(
            block: "mixpe/activation_sum:5", file: "mixpe/activation_sum.sv",
            old: "filled_i[row] ? activations_i[row] : '0", new: "activations_i[row]"),
        // Columns of a row that stay those of the row before.
        Change(
            block: "mac/mac_float_array:dequantise", file: "mac/dequantise_rows.sv", old: "row_d[chunk_q*Lanes+:Lanes] = ports",
            new: "row_d[0+:Lanes] = ports"),
        // Differences of more than nine bits.
        Change(
            block: "mac/dequantise_lane", file: "mac/dequantise_lane.sv", old: "17'(code_i) - 17'(zero_i)",
            new: "17'(9'(code_i - 9'(zero_i)))"),
        // Infinity times a wide weight whose lower digit is 0.
        Change(
            block: "mixpe/float_element_lane:wide", file: "mixpe/float_element_lane.sv",
            old: "elements_q[level][2*i].is_weighted || elements_q[level][2*i+1].is_weighted",
            new: "elements_q[level][2*i].is_weighted"),
        // Copies of the next element that are as great as those of the first.
        Change(
            block: "mixpe/half_terms_lane:wide", file: "mixpe/half_terms.sv", old: " + 8'(place_i)", new: ""),
        // Rows that leave before the chunks of the last one have left.
        Change(
            block: "mixpe/mixpe_float_array:fp16", file: "mixpe/mixpe_float_array.sv", old: ".row_hold_i(hold)",
            new: ".row_hold_i('0)"),
        // A register that does not stall with the others.
        Change(
            block: "mac/mac_array:selectors", file: "common/stationary_control.sv",
            old: "`CONTROL_REGISTER(hold_q, hold_d, '0)",
            new: "always_ff @(posedge clk_i) if (!rst_ni) hold_q <= '0; else hold_q <= hold_d;"),
        Change(
            block: "ant/flint_decoder", file: "ant/flint_decoder.sv", old: "3'b101:  {exponent, magnitude} = {3'd3, 5'd1}",
            new: "3'b101:  {exponent, magnitude} = {3'd3, 5'd3}"),
        // Sums of activations beside wide weights are those of the other column.
        Change(
            block: "ant/ant_array:even", file: "common/element_mesh.sv",
            old: "wide_columns_i ? ones_border[1] : ones_border[0]", new: "ones_border[0]"),
        // Bits of lanes without a k are summed too.
        Change(
            block: "bit-serial/bit_serial_array:odd", file: "bit-serial/bit_serial_array.sv",
            old: "step_first_i ? step_filled_i : '0", new: "step_first_i ? '1 : '0"),
        // Sums of the next segment before the row of the last has left.
        Change(
            block: "bit-serial/bit_serial_array:chunks", file: "common/step_control.sv",
            old: "!step_ends_i || leaving_q == '0", new: "1'b1"),
        Change(
            block: "bitfusion/fusion_unit:4x8", file: "bitfusion/fusion_digits.sv",
            old: "activation_signed_i\n        &&", new: "activation_signed_i\n        ||"),
        // Wide activations: weights that go to units one behind the other.
        Change(
            block: "bitfusion/fusion_array:odd", file: "bitfusion/fusion_place.sv",
            old: "BeatBits'(3) >> log_activation_digits_i", new: "BeatBits'(3)"),
        // The sum of the row before is still there.
        Change(
            block: "serial-mac/serial_mac:odd", file: "serial-mac/serial_lane.sv", old: "begins_i ? '0 : sum_q", new: "sum_q"),
        Change(
            block: "serial-mac/serial_mac:8", file: "serial-mac/serial_mac.sv", old: ".Cycles(2)", new: ".Cycles(3)"),
        // A borrow that is not given back.
        Change(
            block: "dsp-chain/int8_pair", file: "dsp-chain/lane_correct.sv", old: "p_i[47:18] + 30'(p_i[17])",
            new: "p_i[47:18]"),
        Change(
            block: "dsp-chain/int4_quad", file: "dsp-chain/int4_quad.sv", old: "counts_from_zero ? '0 : carries_q[lane]",
            new: "carries_q[lane]"),
        // Carries out of products alone, not of what they are added to.
        Change(
            block: "dsp-chain/dsp_chain_array:quads", file: "dsp-chain/quad_canary.sv", old: "before_i[lane] + product_q",
            new: "product_q"),
        // Chains of one pair of rows that all have the codes of the first column.
        Change(
            block: "dsp-chain/dsp_chain_array:vector", file: "dsp-chain/dsp_chain_array.sv",
            old: "codes[column] = codes_q[VectorColumn]", new: "codes[column] = codes_q[column]"),
        // Sums of one pair of rows in the columns of dense weights.
        Change(
            block: "dsp-chain/dsp_chain_array:vector", file: "dsp-chain/vector_parts.sv",
            old: "parts_i[i/(Columns*(Nodes/groups))]", new: "parts_i[i/Columns]"),
        // Parts of a block that begin a register too early.
        Change(
            block: "dsp-chain/dsp_chain_array:blocks", file: "dsp-chain/dsp_chain.sv", old: "cuts[group] || cut_m_q",
            new: "cuts[group] || cut_ad_q"),
        // Operands of the second slice as early as those of the first.
        Change(
            block: "dsp-chain/dsp_chain_row:parts", file: "dsp-chain/dsp_chain.sv", old: "({second_q[8:0], skewed[0][8:0]})",
            new: "({skewed[1][8:0], skewed[0][8:0]})"),
        Change(
            block: "dsp-chain/dsp_chain_array:single", file: "common/step_control.sv",
            old: "!step_ends_i || leaving_q == '0", new: "leaving_q == '0"),
        Change(
            block: "olive/ovp_decode4", file: "olive/ovp_decode4.sv", old: "if (slot_i == Identifier) begin",
            new: "if (slot_i == Identifier && !flint_i) begin"),
        Change(
            block: "common/element_block:wide", file: "common/element_block.sv",
            old: "`DATA_REGISTER(all_q, joined_q[0] + joined_q[1])", new: "assign all_q = joined_q[0] + joined_q[1];"),
        // Sums of the next segment that go down with those of the one before.
        Change(
            block: "olive/olive_array:tall", file: "common/element_node.sv",
            old: "shift_i && shift_segment_i == holds_segment_q", new: "shift_i"),
    ]

    @Test(arguments: changes) func wrongRTLIsFound(change: Change) throws {
        let divergence = try divergence(after: change)
        #expect(divergence.command.contains("--block \(change.block)"))
    }

    @Test func failedAssertionIsFound() throws {
        let divergence = try divergence(
            after: Change(
                block: "mac/mac_array:dense", file: "checks/stationary_control_checks.sv",
                old: "swap_o |-> issue_o && is_shadow_full", new: "swap_o |-> !issue_o"))
        #expect(divergence.rtl.contains("stationary_control_checks.sv") && divergence.rtl.contains("swap_is_a_row"))
    }

    private func divergence(after change: Change) throws -> Divergence {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sabotage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let rtl = folder.appendingPathComponent("rtl")
        try FileManager.default.copyItem(at: Checkout.rtl, to: rtl)
        let file = rtl.appendingPathComponent(change.file)
        let text = try String(contentsOf: file, encoding: .utf8)
        try #require(text.contains(change.old))
        try text.replacing(change.old, with: change.new).write(to: file, atomically: true, encoding: .utf8)
        let build = ModelBuild(
            sources: try RTLSources(path: rtl.path), cache: Checkout.root.appendingPathComponent(".build/rtl").path)
        let result = Regression(build: build, effort: .short).run(try Checkout.block(change.block))
        guard case .diverged(let divergence) = result.outcome else { throw NotFound(outcome: "\(result.outcome)") }
        return divergence
    }

    struct NotFound: Error { var outcome: String }
}
