import Arch
import Formats

/// Whole instructions for the array with its accumulators: a word for each row of a tile.
extension OliveArray {
    static let lockstepWords = 256

    func lockstep(_ variant: String) -> RTLBlock {
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        let wide = Codec.outlierVictim(wideFormat.format)
        let codes = [.pairsInt4, .pairsFlint4] + [Multiply.Codes(wide)].compactMap { $0 }
        let activations = [.pairsInt4, .pairsFlint4] + [Multiply.Activations(wide)].compactMap { $0 }
        return RTLBlock(
            "olive", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    let shape = TileShape(
                        rows: 1...2 * rows + 3, columns: 1...2 * columns + 1, run: 1...3 * rows, codes: codes,
                        activations: activations, zeroRange: { _ in 0...0 }, busyRows: 2 * rows)
                    let product = TileProduct(shape, for: self, index: index, source: source)
                    return OliveTileCase(engine: self, product: product).tileCase()
                }))
    }
}

private struct OliveTileCase {
    let engine: OliveArray
    let multiply: Multiply
    let memory: CoreMemory
    let storage: TileMemory
    let schedule: OutputStationarySchedule
    let tiles: OutputTiles
    let parameters: GroupParameters

    init(engine: OliveArray, product: TileProduct) {
        self.engine = engine
        (multiply, memory, storage) = (product.multiply, product.memory, product.storage)
        schedule = engine.schedule(multiply)
        tiles = OutputTiles(multiply, schedule, lanes: engine.epilogueLanes)
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: schedule.cut.weightGroups)
    }

    func tileCase() -> TileCase {
        let (streams, preload) = (
            [pairStream(), tiles.scaleStream(parameters)], tiles.preload(storage.words(multiply)))
        let timing = engine.timing(multiply, shape: nil)
        engine.multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: tiles.retires(latency: timing.latency, results: storage.words(multiply)),
            cycles: timing.occupancy + timing.latency, events: engine.activity(multiply, shape: nil))
    }

    private var chunks: Int { ceilDivide(engine.columns, engine.epilogueLanes) }
    private var addressBits: Int { levels(OliveArray.lockstepWords) }
    private var activationPairs: OutlierVictimPair? { multiply.activationFormat.codec?.pairs }
    private var hasWideRows: Bool { multiply.slotBits > 4 }
    private var hasWideColumns: Bool { multiply.pairBits > 4 }

    private func pairStream() -> BeatStream {
        let fields = [
            RTLPort("pair_row_i", bits: 16, count: engine.rows / 2),
            RTLPort("pair_column_i", bits: 16, count: engine.columns / 2),
            RTLPort("pair_begins_i", bits: 1), RTLPort("pair_ends_i", bits: 1), RTLPort("pair_fresh_i", bits: 1),
            RTLPort("pair_address_i", bits: addressBits), RTLPort("pair_last_row_i", bits: levels(engine.rows)),
            RTLPort("pair_last_chunk_i", bits: max(1, levels(chunks))),
            RTLPort("pair_hold_i", bits: levels(engine.rows * chunks)),
            RTLPort("pair_scaled_i", bits: 1), RTLPort("pair_row_eight_i", bits: 1), RTLPort("pair_row_flint_i", bits: 1),
            RTLPort("pair_column_eight_i", bits: 1), RTLPort("pair_column_flint_i", bits: 1),
            RTLPort("pair_wide_rows_i", bits: 1), RTLPort("pair_wide_columns_i", bits: 1),
        ]
        let beats = tiles.parts.flatMap { part in
            stride(from: part.segment.range.lowerBound, to: part.segment.range.upperBound, by: 2).map { k in
                rowPairs(part, k) + columnPairs(part, k) + control(part, k) + formats
            }
        }
        return BeatStream("pair", fields: fields, beats: beats)
    }

    /// Of the lowest rows of the array, the first of a tile at the bottom.
    private func rowPairs(_ part: OutputTiles.Part, _ k: Int) -> [Int] {
        let nest = ActivationNest(multiply: multiply)
        return sides(count: engine.rows, isWide: hasWideRows, bits: activationPairs?.bits ?? 4) { place in
            let row = part.rows.lowerBound + schedule.rowLanes - 1 - place
            return part.rows.contains(row) ? nest.slots(row: row, k: k, memory: memory) : nil
        }
    }

    private func columnPairs(_ part: OutputTiles.Part, _ k: Int) -> [Int] {
        let layout = engine.layout(multiply.weightBits)
        return sides(count: engine.columns, isWide: hasWideColumns, bits: multiply.pairBits) { place in
            let column = part.columns.lowerBound + place
            guard part.columns.contains(column) else { return nil }
            return layout.slots(
                UnsafeRawBufferPointer(memory.weights), base: multiply.weights, column: column, k: k,
                depth: schedule.cut.depth)
        }
    }

    /// What the border decoders of one side take: a pair for each of two elements, or one for both.
    private func sides(
        count: Int, isWide: Bool, bits: Int, _ slots: (Int) -> (left: UInt8, right: UInt8)?
    ) -> [Int] {
        func pair(_ place: Int) -> Int {
            guard let slots = slots(place) else { return 0 }
            let mask = 1 << bits - 1
            return Int(slots.left) & mask | (Int(slots.right) & mask) << bits
        }
        return (0..<count / 2).map { isWide ? pair($0) : pair(2 * $0) | pair(2 * $0 + 1) << 8 }
    }

    private func control(_ part: OutputTiles.Part, _ k: Int) -> [Int] {
        let isFresh = part.segment.range.lowerBound == 0 && !multiply.accumulate
        return [
            k == part.segment.range.lowerBound ? 1 : 0, k + 2 == part.segment.range.upperBound ? 1 : 0, isFresh ? 1 : 0,
            part.word, part.rows.count - 1, part.chunks - 1, part.drain - 1,
        ]
    }

    private var formats: [Int] {
        [
            multiply.isScaled, activationPairs?.bits == 8, activationPairs == .flint4, hasWideColumns,
            multiply.codes.pairs == .flint4, hasWideRows, hasWideColumns,
        ].map { $0 ? 1 : 0 }
    }
}
