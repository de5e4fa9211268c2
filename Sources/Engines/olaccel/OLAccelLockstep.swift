import Arch
import Formats

extension OLAccelArray {
    /// Words of the accumulators beside the array under test.
    static let lockstepWords = 256

    /// The array, whole instructions at a time.
    func lockstep(_ variant: String) -> RTLBlock {
        let ports = StationaryPorts(
            lanes: columns, epilogueLanes: epilogueLanes, partialRows: partialRows, words: Self.lockstepWords,
            holdsSums: true)
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        return RTLBlock(
            "olaccel", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    // Zero points of hand-made programs may be any int16.
                    let shape = TileShape(
                        columns: 1...3 * columns, run: 1...4 * rows, codes: [.offset, .bipolar], activationBits: 1...8,
                        zeroRange: { _ in -3000...3000 }, usualDistance: -8...7, busyRun: max(1, rows / 2))
                    return OLAccelTileCase(engine: self, product: TileProduct(shape, for: self, index: index, source: source), ports)
                        .tileCase()
                }))
    }
}

private struct OLAccelTileCase {
    let engine: OLAccelArray
    let multiply: Multiply
    let memory: CoreMemory
    let storage: TileMemory
    let ports: StationaryPorts
    let walk: StationaryWalk
    /// Of each segment, as many as there are lanes in each turn.
    let turns: [KCut.Segment: [ArraySlice<ListedOutlier>]]

    init(engine: OLAccelArray, product: TileProduct, _ ports: StationaryPorts) {
        self.engine = engine
        self.ports = ports
        (multiply, memory, storage) = (product.multiply, product.memory, product.storage)
        walk = StationaryWalk(engine.schedule(multiply))
        let list = engine.listed(multiply, memory: memory)
        let own = walk.schedule.cut.segments.map { segment in
            let entries = list.filter { segment.range.contains($0.k) }
            return (segment, stride(from: 0, to: entries.count, by: engine.outlierLanes).map { first in
                entries[first..<min(entries.count, first + engine.outlierLanes)]
            })
        }
        turns = Dictionary(uniqueKeysWithValues: own)
    }

    func tileCase() -> TileCase {
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: walk.schedule.cut.weightGroups)
        let streams = [
            weightStream, rowStream, turnStream, outlierStream,
            ports.zeroStream(walk, parameters, engine.correction(multiply)), ports.scaleStream(walk, parameters),
        ]
        let preload = ports.accumulators.preload(multiply, memory, blockColumns: engine.columns)
        let timing = engine.timing(multiply, shape: nil)
        engine.multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: ports.retires(walk, multiply, latency: timing.latency, results: storage.words(multiply)),
            cycles: timing.occupancy + timing.latency, events: engine.activity(multiply, shape: nil))
    }

    private var isWide: Bool { ExponentIntegerElement.count(multiply.activationBits) > 1 }

    private var weightStream: BeatStream {
        let beats = walk.tiles.flatMap { tile in
            tile.kBlock.range.map { k -> [Int] in
                let values = (0..<engine.columns).map { lane -> Int in
                    let column = tile.columns.lowerBound + lane
                    guard tile.columns.contains(column) else { return 0 }
                    return engine.denseValue(multiply, memory: memory, depth: walk.schedule.cut.depth, column: column, k: k)
                }
                return [k + 1 == tile.kBlock.range.upperBound ? 1 : 0] + values + [isWide ? 1 : 0]
            }
        }
        return BeatStream(
            "weight",
            fields: [
                RTLPort("weight_last_i", bits: 1), .signed("weight_value_i", bits: 5, count: engine.columns),
                RTLPort("weight_wide_i", bits: 1),
            ], beats: beats)
    }

    private var rowStream: BeatStream {
        let beats = walk.tiles.flatMap { tile in
            tile.rows.map { row in
                pairs(tile.kBlock, row: row) + [
                    isWide ? 1 : 0, walk.schedule.leavingLanes == nil ? 0 : 1, multiply.codes == .bipolar ? 1 : 0,
                    turns[tile.kBlock.segment, default: []].isEmpty ? 0 : 1,
                ] + ports.rowBeat(tile, row: row, multiply)
            }
        }
        return BeatStream(
            "row",
            fields: [
                RTLPort("row_value_i", bits: 10, count: engine.rows / 2), RTLPort("row_wide_i", bits: 1),
                RTLPort("row_corrects_i", bits: 1), RTLPort("row_doubles_i", bits: 1), RTLPort("row_listed_i", bits: 1),
            ] + ports.rowFields, beats: beats)
    }

    /// Bits of the activations of two multipliers each; k that the tile does not have are of no account.
    private func pairs(_ kBlock: KBlock, row: Int) -> [Int] {
        let nest = ActivationNest(multiply: multiply)
        func code(_ place: Int) -> Int {
            let k = kBlock.range.lowerBound + place
            return kBlock.range.contains(k) ? nest.code(row: row, laidOut: k, memory: memory) : -1
        }
        return (0..<engine.rows / 2).map { pair in
            isWide ? code(pair) & 0x3FF : (code(2 * pair) & 31) << 5 | code(2 * pair + 1) & 31
        }
    }

    /// Strip by strip and segment by segment, every turn of it.
    private func turnBeats(_ beats: (StationaryWalk.Tile, ArraySlice<ListedOutlier>, _ turn: Int, _ count: Int) -> [[Int]]) -> [[Int]] {
        walk.tiles.filter(\.kBlock.endsSegment).flatMap { tile -> [[Int]] in
            let own = turns[tile.kBlock.segment, default: []]
            return own.enumerated().flatMap { beats(tile, $0.element, $0.offset, own.count) }
        }
    }

    /// One value of each lane.
    private func lanes(_ outliers: ArraySlice<ListedOutlier>, _ value: (ListedOutlier) -> Int) -> [Int] {
        outliers.map(value) + Array(repeating: 0, count: engine.outlierLanes - outliers.count)
    }

    private var turnStream: BeatStream {
        BeatStream(
            "turn",
            fields: [
                .signed("turn_value_i", bits: 8, count: engine.outlierLanes),
                RTLPort("turn_column_i", bits: max(1, levels(engine.columns)), count: engine.outlierLanes),
                RTLPort("turn_used_i", bits: 1, count: engine.outlierLanes), RTLPort("turn_first_i", bits: 1),
                RTLPort("turn_last_i", bits: 1),
            ],
            beats: turnBeats { tile, outliers, turn, count in
                [
                    lanes(outliers) { $0.value } + lanes(outliers) { $0.column - tile.columns.lowerBound }
                        + lanes(outliers) { _ in 1 } + [turn == 0 ? 1 : 0, turn + 1 == count ? 1 : 0]
                ]
            })
    }

    private var outlierStream: BeatStream {
        let nest = ActivationNest(multiply: multiply)
        return BeatStream(
            "outlier",
            fields: [
                .signed("outlier_activation_i", bits: 9, count: engine.outlierLanes),
                RTLPort("outlier_partial_i", bits: max(1, levels(engine.partialRows))), RTLPort("outlier_last_i", bits: 1),
            ],
            beats: turnBeats { tile, outliers, _, _ in
                tile.rows.map { row in
                    lanes(outliers) { nest.code(row: row, laidOut: $0.k, memory: memory) }
                        + [row - tile.rows.lowerBound, row + 1 == tile.rows.upperBound ? 1 : 0]
                }
            })
    }
}
