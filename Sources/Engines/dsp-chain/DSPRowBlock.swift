import Arch
import Formats

/// The chains of one pair of rows as a block: operands and a plan that stands still in, sums of all parts out.
extension DSPChain {
    /// Sizes that `rtl/dsp-chain` derives from its parameters.
    var groups: Int { chainLength / 2 }
    /// Places where a chain's sums come out.
    private var nodes: Int { splits ? groups : 1 }
    /// Sums that the chains of a pair of rows hold for each row.
    var rowLanes: Int {
        if packing == .quad, nodes == 1 { return 2 * columns }
        // One chain works through stripes of 16 columns too.
        return max(columns * nodes, mixesBlocks ? MixedBlocks.side : 0)
    }
    /// Columns that codes come for in a cycle; of quads, fours of columns.
    var codeColumns: Int { max(columns, vectorColumns) }
    /// The most columns of a pass.
    var passColumns: Int { codeColumns * (packing == .quad ? max(WeightQuad.offsets.count, nodes) : nodes) }
    /// Of a slice: a code, or four codes of a quad.
    var codeBits: Int { packing == .quad ? WeightQuad.offsets.count * WeightQuad.weightBits : 8 }
    /// Activations in front of a chain: never more than the chain's length and two blocks, or the blocks of all its weights.
    var windowSize: Int { splits ? chainLength + 2 * selectorInputs - 2 : chainLength * selectorInputs }
    var positionBits: Int { max(1, levels(selectorInputs)) }
    var logBits: Int { selectorInputs > 1 ? levels(levels(selectorInputs) + 1) : 1 }
    var groupBits: Int { levels(groups + 1) }
    var countBits: Int { levels(chainLength + 1) }

    var rowParameters: [String: Int] {
        [
            "Columns": columns, "ChainLength": chainLength, "OverflowAdjust": adjusts ? 1 : 0, "LSPBits": lspBits,
            "SelectorInputs": selectorInputs, "ReductionNodes": splits ? 1 : 0, "Int4Packing": packing == .quad ? 1 : 0,
        ]
    }

    /// - Parameters:
    ///   - section: slices of a section.
    ///   - quads: whether the operands go by fours.
    func rowBlock(_ variant: String, _ pattern: NOfM? = nil, section: Int, quads: Bool = false) -> RTLBlock {
        let parts = ChainParts(self, pattern)
        let plan = ChainPlan(length: parts.length, section: section, adjust: OverflowAdjust(lspBits: lspBits))
        let check = DSPRowCheck(engine: self, pattern: pattern, parts: parts, plan: plan, quads: quads)
        return RTLBlock(
            "dsp-chain", RTLBinding(top: "dsp_chain_row", parameters: rowParameters), variant: variant,
            .vectors(
                VectorCheck(
                    inputs: check.inputs,
                    outputs: [
                        .signed("upper_o", bits: 32, count: rowLanes), .signed("lower_o", bits: 32, count: rowLanes),
                    ],
                    // Dequantise register, sparse multiplexer or carry counters, the slices' way in, P and C registers, lane
                    // correction.
                    latency: 1 + (pattern == nil && !quads ? 0 : 1) + plan.latency + 1,
                    constrain: { check.hold(&$0) }, function: { quads ? check.quadSums($0) : check.sums($0) })))
    }
}

private struct DSPRowCheck: Sendable {
    let engine: DSPChain
    let pattern: NOfM?
    let parts: ChainParts
    let plan: ChainPlan
    let quads: Bool

    private static let bits = 8
    private var window: Int { engine.windowSize }
    private var slices: Int { engine.columns * engine.chainLength }

    var inputs: [RTLPort] {
        [
            .signed("upper_i", bits: 9, count: window), .signed("lower_i", bits: 9, count: window),
            RTLPort("codes_i", bits: engine.codeBits, count: slices),
            RTLPort("positions_i", bits: engine.positionBits, count: slices),
            .signed("zeros_i", bits: 9, count: engine.columns * engine.groups),
            RTLPort("count_i", bits: engine.countBits, values: 0...parts.length),
            RTLPort("quads_i", bits: 1), RTLPort("structured_i", bits: 1), RTLPort("log_n_i", bits: engine.logBits),
            RTLPort("log_m_i", bits: engine.logBits), RTLPort("bipolar_i", bits: 1), RTLPort("signed_i", bits: 1),
            RTLPort("bits_i", bits: 4), RTLPort("part_groups_i", bits: engine.groupBits),
            RTLPort("section_groups_i", bits: engine.groupBits),
        ]
    }

    /// Positions inside their blocks, codes and activations of their widths; the plan of an instruction.
    func hold(_ vector: inout [Int]) {
        let positions = 2 * window + slices
        for index in positions..<positions + slices { vector[index] &= (pattern?.m ?? 1) - 1 }
        for index in 2 * window..<positions where !quads { vector[index] &= 0xFF }
        if quads {
            for index in 0..<2 * window { vector[index] = (vector[index] & 0x1FF) % 24 - 8 }
            for index in positions + slices..<positions + slices + engine.columns * engine.groups { vector[index] = 8 }
        }
        let held = [
            quads ? 1 : 0, pattern == nil ? 0 : 1, pattern.map { levels($0.n) } ?? 0, pattern.map { levels($0.m) } ?? 0, 0, 0,
            quads ? WeightQuad.weightBits : Self.bits,
            plan.length / 2, plan.section / 2,
        ]
        vector.replaceSubrange(vector.count - held.count..<vector.count, with: held)
    }

    func sums(_ vector: [Int]) -> [Int] {
        let codes = 2 * window
        let zeros = codes + 2 * slices
        let count = vector[zeros + engine.columns * engine.groups]
        var (upper, lower): ([Int], [Int]) = ([], [])
        for column in 0..<engine.columns {
            for part in 0..<parts.count {
                let first = column * engine.chainLength + part * parts.length
                var (packed, weights): ([Int], [Int]) = ([], [])
                for place in 0..<min(count, parts.length) {
                    let position = vector[codes + slices + first + place]
                    let k = pattern.map { place / $0.n * $0.m + position } ?? place
                    packed.append(ActivationPair.packed(upper: vector[k], lower: vector[window + k]))
                    let zero = vector[zeros + (first + place) / 2]
                    let value = Multiply.Codes.offset.value(code: vector[codes + first + place], bits: Self.bits, zero: zero)
                    weights.append(value.wrapped(to: 9))
                }
                let sums = plan.sums(packed: packed, weights: weights)
                upper.append(sums.upper)
                lower.append(sums.lower)
            }
        }
        let unused = Array(repeating: 0, count: engine.rowLanes - upper.count)
        return upper + unused + lower + unused
    }

    /// Four columns per chain, half the chains for each row; all for the upper row where their number is odd.
    func quadSums(_ vector: [Int]) -> [Int] {
        let codes = 2 * window
        let zeros = codes + 2 * slices
        let count = vector[zeros + engine.columns * engine.groups]
        var sums: [Int] = []
        for chain in 0..<engine.columns {
            let row = engine.columns.isMultiple(of: 2) && 2 * chain >= engine.columns ? window : 0
            var accumulator = QuadAccumulator()
            for slice in 0..<min(count, engine.chainLength) {
                let word = vector[codes + chain * engine.chainLength + slice]
                let zero = vector[zeros + (chain * engine.chainLength + slice) / 2]
                let weights = WeightQuad.offsets.indices.map { lane in
                    Multiply.Codes.offset.value(code: word >> (4 * lane) & 15, bits: WeightQuad.weightBits, zero: zero)
                }
                accumulator.add(weights: weights, activation: vector[row + slice])
            }
            sums += engine.adjusts ? accumulator.sums : accumulator.lanes
        }
        let unused = Array(repeating: 0, count: engine.rowLanes - 2 * engine.columns)
        return sums[..<(2 * engine.columns)] + unused + sums[(2 * engine.columns)...] + unused
    }
}
