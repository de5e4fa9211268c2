import Arch
import Formats

/// Whole instructions for the array with its accumulators: a word for each row of a tile.
extension AntArray {
    static let lockstepWords = 256

    func lockstep(_ variant: String) -> RTLBlock {
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        return RTLBlock(
            "ant", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    // Zero points of hand-made programs may be any int16.
                    let shape = TileShape(
                        rows: 1...2 * rows + 3, columns: 1...2 * columns + 1, run: 1...3 * rows,
                        codes: [.offset, .bipolar, .twosComplement, .flint4, .uflint4],
                        activations: [.int8, .uint8, .flint4, .uflint4], activationBits: 1...8,
                        zeroRange: { _ in -3000...3000 }, busyRows: 2 * rows)
                    let product = TileProduct(shape, for: self, index: index, source: source)
                    return AntTileCase(engine: self, product: product).tileCase()
                }))
    }
}

private struct AntTileCase {
    let engine: AntArray
    let multiply: Multiply
    let memory: CoreMemory
    let storage: TileMemory
    let schedule: OutputStationarySchedule
    let tiles: OutputTiles

    init(engine: AntArray, product: TileProduct) {
        self.engine = engine
        (multiply, memory, storage) = (product.multiply, product.memory, product.storage)
        schedule = engine.schedule(multiply)
        tiles = OutputTiles(multiply, schedule, lanes: engine.epilogueLanes)
    }

    func tileCase() -> TileCase {
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: schedule.cut.weightGroups)
        var streams = [stepStream(), tiles.scaleStream(parameters)]
        if schedule.leavingLanes != nil { streams.append(tiles.zeroStream(parameters, engine.correction(multiply))) }
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
            RTLPort("step_row_i", bits: 16, count: engine.rows / 2),
            RTLPort("step_column_i", bits: 16, count: engine.columns / 2), RTLPort("step_begins_i", bits: 1),
            RTLPort("step_ends_i", bits: 1), RTLPort("step_fresh_i", bits: 1),
            RTLPort("step_address_i", bits: levels(AntArray.lockstepWords)),
            RTLPort("step_last_row_i", bits: levels(engine.rows)),
            RTLPort("step_last_chunk_i", bits: max(1, levels(chunks))),
            RTLPort("step_hold_i", bits: levels(engine.rows * chunks)),
        ] + [
            "scaled", "corrects", "doubles", "row_flint", "row_signed", "row_wide", "column_flint", "column_signed",
            "column_wide", "column_centres",
        ].map { RTLPort("step_\($0)_i", bits: 1) } + [RTLPort("step_column_width_i", bits: 3)]
        let beats = tiles.parts.flatMap { part in
            part.segment.range.map { k in rowCodes(part, k) + columnCodes(part, k) + control(part, k) + formats }
        }
        return BeatStream("step", fields: fields, beats: beats)
    }

    private var hasWideRows: Bool { ExponentIntegerElement.count(multiply.activationWidth) > 1 }
    private var hasWideColumns: Bool { ExponentIntegerElement.count(multiply.weightBits) > 1 }

    /// What the border decoders of one side take: a code for each of two elements, or one for both.
    private func side(count: Int, isWide: Bool, _ code: (Int) -> Int) -> [Int] {
        (0..<count / 2).map { isWide ? code($0) : code(2 * $0) | code(2 * $0 + 1) << 8 }
    }

    /// Of the lowest rows of the array, the first of a tile at the bottom.
    private func rowCodes(_ part: OutputTiles.Part, _ k: Int) -> [Int] {
        let nest = ActivationNest(multiply: multiply)
        return side(count: engine.rows, isWide: hasWideRows) { place in
            let row = part.rows.lowerBound + schedule.rowLanes - 1 - place
            guard part.rows.contains(row), let offset = nest.offset(laidOut: k) else { return 0 }
            return Int(memory[multiply.activations.space][nest.row(row) + offset])
        }
    }

    private func columnCodes(_ part: OutputTiles.Part, _ k: Int) -> [Int] {
        let layout = engine.layout(multiply.weightBits)
        let depth = schedule.cut.depth
        return side(count: engine.columns, isWide: hasWideColumns) { place in
            let column = part.columns.lowerBound + place
            guard part.columns.contains(column) else { return 0 }
            guard multiply.codes.flint != nil else {
                return layout.unsignedCode(multiply, memory: memory, depth: depth, column: column, k: k)
            }
            return Int(
                layout.code(
                    UnsafeRawBufferPointer(memory.weights), base: multiply.weights, depth: depth, column: column, k: k))
        }
    }

    private func control(_ part: OutputTiles.Part, _ k: Int) -> [Int] {
        let isFresh = part.segment.range.lowerBound == 0 && !multiply.accumulate
        return [
            k == part.segment.range.lowerBound ? 1 : 0, k + 1 == part.segment.range.upperBound ? 1 : 0, isFresh ? 1 : 0,
            part.word, part.rows.count - 1, part.chunks - 1, part.drain - 1,
        ]
    }

    private var formats: [Int] {
        let (rowFlint, columnFlint) = (multiply.activationFormat.codec?.flint, multiply.codes.flint)
        let isColumnSigned = columnFlint.map(\.isSigned) ?? engine.hasSignedWeights(multiply)
        return [
            multiply.isScaled, schedule.leavingLanes != nil, multiply.codes == .bipolar, rowFlint != nil,
            rowFlint.map(\.isSigned) ?? (multiply.activationFormat != .uint8), hasWideRows, columnFlint != nil,
            isColumnSigned, hasWideColumns, columnFlint == nil && engine.hasSignedWeights(multiply),
        ].map { $0 ? 1 : 0 } + [multiply.weightBits - 1]
    }
}
