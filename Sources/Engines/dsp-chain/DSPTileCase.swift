import Arch
import Formats

/// An instruction for the chains, beat by beat.
struct DSPTileCase {
    let engine: DSPChain
    let multiply: Multiply
    let memory: CoreMemory
    let storage: TileMemory
    private let schedule: DSPChainSchedule
    private let walk: DSPWalk
    private let parameters: GroupParameters
    private let operands: DSPStepOperands

    init(engine: DSPChain, product: TileProduct) {
        self.engine = engine
        (multiply, memory, storage) = (product.multiply, product.memory, product.storage)
        schedule = DSPChainSchedule(engine, multiply)
        walk = schedule.walk(multiply, lanes: engine.epilogueLanes)
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: schedule.cut.weightGroups)
        operands = DSPStepOperands(
            engine, multiply, memory: memory, depth: schedule.cut.depth, weightGroup: schedule.cut.weightGroup,
            parameters: parameters)
    }

    func tileCase() -> TileCase {
        let (streams, preload) = ([stepStream(), scaleStream()], preload())
        let timing = engine.timing(multiply, shape: nil)
        engine.multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: retires(latency: timing.latency, results: storage.words(multiply)),
            cycles: timing.occupancy + timing.latency, events: engine.activity(multiply, shape: nil))
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
                RTLPort("step_count_i", bits: engine.countBits),
                RTLPort("step_log_kept_i", bits: 3, count: engine.codeColumns),
                RTLPort("step_place_i", bits: max(1, levels(engine.passColumns)), count: engine.codeColumns),
                RTLPort("step_begins_i", bits: 1), RTLPort("step_ends_i", bits: 1), RTLPort("step_fresh_i", bits: 1),
                RTLPort("step_columns_i", bits: levels(engine.passColumns + 1)),
                RTLPort("step_address_i", bits: addressBits),
                RTLPort("step_last_chunk_i", bits: max(1, levels(ceilDivide(engine.rows * engine.rowLanes, lanes)))),
                RTLPort("step_vector_i", bits: 1), RTLPort("step_quads_i", bits: 1),
                RTLPort("step_mixed_i", bits: 1), RTLPort("step_scaled_i", bits: 1),
                RTLPort("step_bipolar_i", bits: 1), RTLPort("step_signed_i", bits: 1),
                RTLPort("step_bits_i", bits: 4), RTLPort("step_structured_i", bits: 1),
                RTLPort("step_log_n_i", bits: engine.logBits), RTLPort("step_log_m_i", bits: engine.logBits),
                RTLPort("step_part_groups_i", bits: engine.groupBits),
                RTLPort("step_section_groups_i", bits: engine.groupBits),
            ], beats: walk.steps.map { values($0) + operands.weights($0) + control($0) + plan })
    }

    /// Activations of the pass, [row][place in the window].
    private func values(_ step: DSPWalk.Step) -> [Int] {
        let nest = ActivationNest(multiply: multiply)
        return (0..<engine.rows).flatMap { line -> [Int] in
            let row = step.rows.lowerBound + line
            let codes = row < step.rows.upperBound
                ? step.window.map { nest.code(row: row, laidOut: $0, memory: memory) } : []
            return codes + Array(repeating: 0, count: engine.windowSize - codes.count)
        }
    }

    private func control(_ step: DSPWalk.Step) -> [Int] {
        let isFresh = step.segment.range.lowerBound == 0 && !multiply.accumulate
        return [
            step.beginsSegment ? 1 : 0, step.endsSegment ? 1 : 0, isFresh ? 1 : 0, step.columns.count, step.word,
            step.words - 1,
        ]
    }

    /// The same in all steps.
    private var plan: [Int] {
        let pattern = multiply.structure.pattern
        let plan = engine.plan(multiply)
        let isMixed = multiply.structure.mixed != nil
        // Every slice may pick any activation of its block's 16.
        let (kept, block) = isMixed
            ? (levels(MixedBlocks.side), levels(MixedBlocks.side))
            : (pattern.map { levels($0.n) } ?? 0, pattern.map { levels($0.m) } ?? 0)
        return [
            schedule.isVector ? 1 : 0, engine.packsQuads(multiply) ? 1 : 0,
            isMixed ? 1 : 0, multiply.isScaled ? 1 : 0,
            multiply.codes == .bipolar ? 1 : 0, multiply.codes == .twosComplement ? 1 : 0,
            multiply.weightBits, pattern == nil && !isMixed ? 0 : 1, kept, block, plan.length / 2, plan.section / 2,
        ]
    }

    private func scaleStream() -> BeatStream {
        var beats: [[Int]] = []
        for step in walk.leaving where multiply.isScaled {
            for word in 0..<step.words {
                let outputs = step.outputs(word: word, lanes: lanes)
                let unused = Array(repeating: 0, count: lanes - outputs.count)
                let segment = step.segment
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
        for step in walk.leaving where step.isLast {
            for word in 0..<step.words {
                words[step.word + word] = step.outputs(word: word, lanes: lanes).map { sums[$0.row][$0.column] }
            }
        }
        return words
    }

    /// Behind the shadow registers stand lane registers: their cycle is the last of the occupancy.
    private func retires(latency: Int, results: [[UInt32]]) -> [Retire] {
        walk.leaving.flatMap { step in
            return (0..<step.words).map { word in
                let values = step.outputs(word: word, lanes: lanes).enumerated().map { lane, place -> (Int, Retire.Value) in
                    (lane, step.isLast ? .exactly(results[place.row][place.column]) : .partial)
                }
                return Retire(
                    cycle: step.cycle + latency + 1 + word, address: step.word + word,
                    lanes: Dictionary(uniqueKeysWithValues: values))
            }
        }
    }
}

/// The arrangement of an instruction, whatever the structure of its weights is.
private struct DSPChainSchedule {
    private enum Kind {
        case equal(DSPSchedule)
        case mixed(MixedSchedule, CoreBlocks)
    }
    private let kind: Kind

    init(_ engine: DSPChain, _ multiply: Multiply) {
        if let mixed = multiply.structure.mixed {
            let blocks = CoreBlocks(engine, core: 0, multiply, mixed)
            kind = .mixed(MixedSchedule(engine, multiply, blocks), blocks)
        } else {
            kind = .equal(DSPSchedule(engine, multiply))
        }
    }

    var cut: KCut {
        switch kind {
        case .equal(let schedule): schedule.cut
        case .mixed(let schedule, _): schedule.cut
        }
    }

    var isVector: Bool {
        switch kind {
        case .equal(let schedule): schedule.isVector
        case .mixed(let schedule, _): schedule.isVector
        }
    }

    func walk(_ multiply: Multiply, lanes: Int) -> DSPWalk {
        switch kind {
        case .equal(let schedule): DSPWalk(schedule, multiply, lanes: lanes)
        case .mixed(let schedule, let blocks): DSPWalk(schedule, multiply, blocks, lanes: lanes)
        }
    }
}
