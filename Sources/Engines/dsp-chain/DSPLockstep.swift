import Arch
import Formats

/// Whole instructions for the chains with their accumulators. A word of the accumulators has as many sums as leave at once:
/// those of a pass, row after row.
extension DSPChain {
    static let lockstepWords = 256

    func lockstep(_ variant: String) -> RTLBlock {
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        let patterns = NOfM.all.filter { $0.m <= selectorInputs }
        return RTLBlock(
            "dsp-chain", binding, variant: variant,
            .tiles(
                TileCheck { index, seed in
                    let shape = packing == .quad ? quadShape(patterns) : pairShape(patterns)
                    let product = TileProduct(shape, for: self, index: index, seed: seed)
                    return DSPTileCase(engine: self, product: product).tileCase()
                }))
    }

    private func pairShape(_ patterns: [NOfM]) -> TileShape {
        TileShape(
            rows: 1...2 * rows + 3, columns: 1...3 * columns, run: 1...3 * chainLength,
            zeroRange: { (1 << $0) - 256...256 }, patterns: patterns)
    }

    /// Mostly operands of up to 4 bits, whose weights have 4 bits too when their zero point is taken off.
    private func quadShape(_ patterns: [NOfM]) -> TileShape {
        TileShape(
            rows: 1...2 * rows + 3, columns: 1...6 * columns, run: 1...3 * chainLength, weightBits: 1...5,
            codes: [.offset, .offset, .bipolar, .twosComplement], activationBits: 1...5,
            zeroRange: { $0 <= WeightQuad.weightBits ? (1 << $0) - 8...8 : (1 << $0) - 256...256 }, patterns: patterns)
    }
}

private struct DSPTileCase {
    let engine: DSPChain
    let multiply: Multiply
    let memory: CoreMemory
    let storage: TileMemory
    let schedule: DSPSchedule
    let walk: DSPWalk
    let parameters: GroupParameters

    init(engine: DSPChain, product: TileProduct) {
        self.engine = engine
        (multiply, memory, storage) = (product.multiply, product.memory, product.storage)
        schedule = DSPSchedule(engine, multiply)
        walk = DSPWalk(schedule, multiply, lanes: engine.epilogueLanes)
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: schedule.cut.weightGroups)
    }

    func tileCase() -> TileCase {
        let (streams, preload) = ([stepStream(), scaleStream()], preload())
        let timing = engine.timing(multiply, shape: nil)
        engine.multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: retires(latency: timing.latency, results: storage.words(multiply)),
            cycles: timing.occupancy + timing.latency)
    }

    private var lanes: Int { engine.epilogueLanes }
    private var addressBits: Int { levels(DSPChain.lockstepWords) }

    private func stepStream() -> BeatStream {
        let slices = engine.codeColumns * engine.chainLength
        return BeatStream(
            "step",
            fields: [
                .signed("step_value_i", bits: 9, count: engine.rows * engine.windowSize),
                RTLPort("step_code_i", bits: engine.codeBits, count: slices),
                RTLPort("step_position_i", bits: engine.positionBits, count: slices),
                .signed("step_zero_i", bits: 9, count: engine.codeColumns * engine.groups),
                RTLPort("step_count_i", bits: engine.countBits), RTLPort("step_begins_i", bits: 1),
                RTLPort("step_ends_i", bits: 1), RTLPort("step_fresh_i", bits: 1),
                RTLPort("step_columns_i", bits: levels(engine.passColumns + 1)),
                RTLPort("step_address_i", bits: addressBits),
                RTLPort("step_last_chunk_i", bits: max(1, levels(ceilDivide(engine.rows * engine.rowLanes, lanes)))),
                RTLPort("step_vector_i", bits: 1), RTLPort("step_quads_i", bits: 1), RTLPort("step_scaled_i", bits: 1), RTLPort("step_bipolar_i", bits: 1), RTLPort("step_signed_i", bits: 1),
                RTLPort("step_bits_i", bits: 4), RTLPort("step_structured_i", bits: 1),
                RTLPort("step_log_n_i", bits: engine.logBits), RTLPort("step_log_m_i", bits: engine.logBits),
                RTLPort("step_part_groups_i", bits: engine.groupBits),
                RTLPort("step_section_groups_i", bits: engine.groupBits),
            ], beats: walk.steps.map { values($0) + weights($0) + control($0) + plan })
    }

    /// Activations of the pass, [row][place in the window].
    private func values(_ step: DSPWalk.Step) -> [Int] {
        let nest = ActivationNest(multiply: multiply)
        return (0..<engine.rows).flatMap { line -> [Int] in
            let row = step.rows.lowerBound + line
            let codes = row < step.rows.upperBound
                ? step.kBlock.window.map { nest.code(row: row, laidOut: $0, memory: memory) } : []
            return codes + Array(repeating: 0, count: engine.windowSize - codes.count)
        }
    }

    /// Codes, positions and zero points at the slices that their parts lie on, and how many a part has.
    private func weights(_ step: DSPWalk.Step) -> [Int] {
        let layout = engine.layout(multiply.weightBits)
        let depth = multiply.structure.stored(of: schedule.cut.depth)
        let selection = Selection(multiply, memory: memory, columnBlock: engine.columnBlock, depth: schedule.cut.depth)
        var codes = [Int](repeating: 0, count: engine.codeColumns * engine.chainLength)
        var positions = codes
        var zeros = [Int](repeating: 0, count: engine.codeColumns * engine.groups)
        let quads = engine.packsQuads(multiply)
        let columnsPerChain = quads ? WeightQuad.offsets.count : schedule.parts.count
        for (lane, column) in step.columns.enumerated() {
            let (chain, part) = lane.quotientAndRemainder(dividingBy: columnsPerChain)
            let first = chain * engine.chainLength + (quads ? 0 : part * schedule.parts.length)
            for group in first / 2..<(first + schedule.parts.length) / 2 {
                zeros[group] = parameters.zero(column: column, group: step.kBlock.segment.weightGroup)
            }
            for (place, k) in step.kBlock.range.enumerated() {
                let code = layout.code(
                    UnsafeRawBufferPointer(memory.weights), base: multiply.weights, depth: depth, column: column, k: k)
                // Of quads the codes of four columns, of which the chain's first slice has the first k of each.
                codes[first + place] |= Int(code) << (quads ? WeightQuad.weightBits * part : 0)
                positions[first + place] = selection?.position(column: column, kept: k) ?? 0
            }
        }
        return codes + positions + zeros + [step.kBlock.range.count]
    }

    private func control(_ step: DSPWalk.Step) -> [Int] {
        let isFresh = step.kBlock.segment.range.lowerBound == 0 && !multiply.accumulate
        return [
            step.beginsSegment ? 1 : 0, step.kBlock.endsSegment ? 1 : 0, isFresh ? 1 : 0, step.columns.count, step.word,
            step.words - 1,
        ]
    }

    /// The same in all steps.
    private var plan: [Int] {
        let pattern = multiply.structure.pattern
        let plan = engine.plan(multiply)
        return [
            schedule.isVector ? 1 : 0, engine.packsQuads(multiply) ? 1 : 0, multiply.isScaled ? 1 : 0,
            multiply.codes == .bipolar ? 1 : 0, multiply.codes == .twosComplement ? 1 : 0,
            multiply.weightBits, pattern == nil ? 0 : 1, pattern.map { levels($0.n) } ?? 0,
            pattern.map { levels($0.m) } ?? 0, plan.length / 2, plan.section / 2,
        ]
    }

    private func scaleStream() -> BeatStream {
        var beats: [[Int]] = []
        for step in walk.leaving where multiply.isScaled {
            for word in 0..<step.words {
                let outputs = step.outputs(word: word, lanes: lanes)
                let unused = Array(repeating: 0, count: lanes - outputs.count)
                let segment = step.kBlock.segment
                let columns = outputs.map { Int(parameters.columnScale($0.column, segment).bitPattern) }
                let rows = outputs.map { Int(parameters.rowScale($0.row, segment).bitPattern) }
                beats.append(columns + unused + rows + unused)
            }
        }
        return BeatStream(
            "scale",
            fields: [
                RTLPort("scale_column_i", bits: 32, count: lanes), RTLPort("scale_row_i", bits: 32, count: lanes),
            ], beats: beats)
    }

    private func preload() -> [Int: [UInt32]] {
        guard multiply.accumulate else { return [:] }
        let sums = storage.words(multiply)
        var words: [Int: [UInt32]] = [:]
        for step in walk.leaving where step.kBlock == schedule.kBlocks.last {
            for word in 0..<step.words {
                words[step.word + word] = step.outputs(word: word, lanes: lanes).map { sums[$0.row][$0.column] }
            }
        }
        return words
    }

    /// Behind the shadow registers stand lane registers: their cycle is the last of the occupancy.
    private func retires(latency: Int, results: [[UInt32]]) -> [Retire] {
        walk.leaving.flatMap { step in
            let isLast = step.kBlock == schedule.kBlocks.last
            return (0..<step.words).map { word in
                let values = step.outputs(word: word, lanes: lanes).enumerated().map { lane, place -> (Int, Retire.Value) in
                    (lane, isLast ? .exactly(results[place.row][place.column]) : .partial)
                }
                return Retire(
                    cycle: step.cycle + latency + 1 + word, address: step.word + word,
                    lanes: Dictionary(uniqueKeysWithValues: values))
            }
        }
    }
}
