import Arch
import Formats

extension BitSerialArray {
    /// Words of the accumulators beside the array under test.
    static let lockstepWords = 256

    /// The array, whole instructions at a time.
    func lockstep(_ variant: String) -> RTLBlock {
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        return RTLBlock(
            "bit-serial", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    // Zero points of hand-made programs may be any int16.
                    let shape = TileShape(
                        columns: 1...3 * columns, run: 1...2 * lanes + 1, activationBits: 1...8,
                        zeroRange: { _ in -3000...3000 }, busyRun: 2 * lanes)
                    let product = TileProduct(shape, for: self, index: index, source: source)
                    return BitSerialTileCase(engine: self, product: product).tileCase()
                }))
    }
}

private struct BitSerialTileCase {
    let engine: BitSerialArray
    let multiply: Multiply
    let memory: CoreMemory
    let storage: TileMemory
    let schedule: BitSerialSchedule
    let tiles: OutputTiles

    init(engine: BitSerialArray, product: TileProduct) {
        self.engine = engine
        (multiply, memory, storage) = (product.multiply, product.memory, product.storage)
        schedule = BitSerialSchedule(engine, multiply)
        let counts = schedule.kBlocks.countsBySegment
        tiles = OutputTiles(
            multiply, rows: engine.rows, columns: engine.columns, segments: schedule.cut.segments,
            steps: counts.map { [schedule] in $0 * schedule.planePairs }, leavingLanes: engine.epilogueLanes,
            lanes: engine.epilogueLanes)
    }

    func tileCase() -> TileCase {
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: schedule.cut.weightGroups)
        let streams = [
            stepStream(), tiles.zeroStream(parameters, engine.correction(multiply)), tiles.scaleStream(parameters),
        ]
        let preload = tiles.preload(storage.words(multiply))
        let timing = engine.timing(multiply, shape: nil)
        engine.multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: tiles.retires(latency: timing.latency, results: storage.words(multiply)),
            cycles: timing.occupancy + timing.latency, events: engine.activity(multiply, shape: nil))
    }

    private func stepStream() -> BeatStream {
        let chunks = ceilDivide(engine.columns, engine.epilogueLanes)
        let fields = [
            RTLPort("step_row_i", bits: 1, count: engine.rows * engine.lanes),
            RTLPort("step_column_i", bits: 1, count: engine.columns * engine.lanes),
            RTLPort("step_filled_i", bits: 1, count: engine.lanes), RTLPort("step_first_i", bits: 1),
            RTLPort("step_places_i", bits: 4), RTLPort("step_negate_i", bits: 1), RTLPort("step_begins_i", bits: 1),
            RTLPort("step_ends_i", bits: 1), RTLPort("step_scaled_i", bits: 1), RTLPort("step_doubles_i", bits: 1),
            RTLPort("step_fresh_i", bits: 1), RTLPort("step_address_i", bits: levels(BitSerialArray.lockstepWords)),
            RTLPort("step_last_row_i", bits: max(1, levels(engine.rows))),
            RTLPort("step_last_chunk_i", bits: max(1, levels(chunks))),
            RTLPort("step_hold_i", bits: max(1, levels(engine.rows * chunks))),
        ]
        let beats = tiles.parts.flatMap { part in
            schedule.kBlocks.filter { $0.segment == part.segment }.flatMap { self.beats($0, part) }
        }
        return BeatStream("step", fields: fields, beats: beats)
    }

    /// A chunk of K: every plane of the activations with every plane of the weights.
    private func beats(_ kBlock: KBlock, _ part: OutputTiles.Part) -> [[Int]] {
        let (rows, columns) = (rowPlanes(kBlock, part), columnPlanes(kBlock, part))
        let filled = (0..<engine.lanes).map { $0 < kBlock.range.count ? 1 : 0 }
        let starts = kBlock.range.lowerBound == part.segment.range.lowerBound
        var beats: [[Int]] = []
        for plane in 0..<multiply.activationBits {
            for weightPlane in 0..<multiply.weightBits {
                let isFirst = starts && plane == 0 && weightPlane == 0
                let isLast = kBlock.endsSegment && plane + 1 == multiply.activationBits
                    && weightPlane + 1 == multiply.weightBits
                let isNegative = multiply.activationFormat != .uint8 && plane + 1 == multiply.activationBits
                beats.append(
                    rows.flatMap { bits($0, plane) } + columns.flatMap { bits($0, weightPlane) } + filled
                        + [weightPlane == 0 ? 1 : 0, plane + weightPlane, isNegative ? 1 : 0]
                        + [isFirst ? 1 : 0, isLast ? 1 : 0] + control(part))
            }
        }
        return beats
    }

    private func control(_ part: OutputTiles.Part) -> [Int] {
        let isFresh = part.segment.range.lowerBound == 0 && !multiply.accumulate
        return [
            multiply.isScaled ? 1 : 0, multiply.codes == .bipolar ? 1 : 0, isFresh ? 1 : 0, part.word,
            part.rows.count - 1, part.chunks - 1, part.drain - 1,
        ]
    }

    private func bits(_ planes: BitPlanes?, _ plane: Int) -> [Int] {
        (0..<engine.lanes).map { planes?.bit(plane, lane: $0) ?? 0 }
    }

    /// Planes of the rows; k that the chunk does not have are of no account.
    private func rowPlanes(_ kBlock: KBlock, _ part: OutputTiles.Part) -> [BitPlanes?] {
        let nest = ActivationNest(multiply: multiply)
        return (0..<engine.rows).map { line in
            guard line < part.rows.count else { return nil }
            let codes = (0..<engine.lanes).map { lane in
                lane < kBlock.range.count
                    ? nest.code(row: part.rows.lowerBound + line, laidOut: kBlock.range.lowerBound + lane, memory: memory) : -1
            }
            return BitPlanes(
                codes, bits: multiply.activationBits, isSigned: multiply.activationFormat != .uint8)
        }
    }

    private func columnPlanes(_ kBlock: KBlock, _ part: OutputTiles.Part) -> [BitPlanes?] {
        let layout = engine.layout(multiply.weightBits)
        return (0..<engine.columns).map { lane in
            guard lane < part.columns.count else { return nil }
            let codes = kBlock.range.map { k in
                layout.unsignedCode(
                    multiply, memory: memory, depth: schedule.cut.depth, column: part.columns.lowerBound + lane, k: k)
            }
            return BitPlanes(
                codes + Array(repeating: 0, count: engine.lanes - codes.count), bits: multiply.weightBits, isSigned: false)
        }
    }
}
