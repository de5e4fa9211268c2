import Arch
import Formats

extension MixPEArray {
    /// Words of the accumulators beside the array under test.
    static let lockstepWords = 512

    /// The integer array with its accumulators, whole instructions at a time.
    func lockstep(_ variant: String) -> RTLBlock {
        let ports = StationaryPorts(
            lanes: columns, epilogueLanes: epilogueLanes, partialRows: partialRows, words: Self.lockstepWords,
            holdsSums: true)
        let patterns = NOfM.all.filter { $0.m <= selectorInputs }
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        return RTLBlock(
            "mixpe", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    // Zero points of hand-made programs may be any int16.
                    let shape = TileShape(
                        columns: 1...3 * columns, run: 1...3 * rows, zeroRange: { _ in -3000...3000 },
                        patterns: patterns, busyRun: rows)
                    return tileCase(TileProduct(shape, for: self, index: index, source: source), ports)
                }))
    }

    private func tileCase(_ product: TileProduct, _ ports: StationaryPorts) -> TileCase {
        let (multiply, memory) = (product.multiply, product.memory)
        let schedule = schedule(multiply)
        let walk = StationaryWalk(schedule)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columnBlock, weightGroups: schedule.cut.weightGroups)
        let streams = [
            weightStream(walk, multiply, memory), rowStream(walk, multiply, memory, ports),
            ports.zeroStream(walk, parameters, correction(multiply)), ports.scaleStream(walk, parameters),
        ]
        let preload = ports.accumulators.preload(multiply, memory, blockColumns: schedule.columnLanes)
        let timing = timing(multiply, shape: nil)
        multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: ports.retires(
                walk, multiply, latency: timing.latency, results: product.storage.words(multiply)),
            cycles: timing.occupancy + timing.latency, events: activity(multiply, shape: nil))
    }

    private var selectors: SelectorPorts { SelectorPorts(rows: rows, selectorInputs: selectorInputs) }
    /// Of the port that says how many elements a weight takes.
    var levelBits: Int { max(1, levels(levels(8 / elements.bitsPerElement) + 1)) }
    private func logElements(_ multiply: Multiply) -> Int {
        levels(elements.perWeight(weightBits: multiply.weightBits))
    }

    private func weightStream(_ walk: StationaryWalk, _ multiply: Multiply, _ memory: CoreMemory) -> BeatStream {
        let layout = layout(multiply.weightBits)
        let selection = Selection(multiply, memory: memory, columnBlock: columnBlock, depth: walk.schedule.cut.depth)
        let control = [multiply.weightBits - 1, logElements(multiply)]
        var beats: [[Int]] = []
        for tile in walk.tiles {
            let lanes = tile.columns.lowerBound..<tile.columns.lowerBound + columns
            for k in tile.kBlock.range {
                let codes = lanes.map { column in
                    tile.columns.contains(column)
                        ? layout.unsignedCode(
                            multiply, memory: memory, depth: walk.schedule.storedDepth, column: column, k: k) : 0
                }
                let positions = lanes.map { column in
                    tile.columns.contains(column) ? selection?.position(column: column, kept: k) ?? 0 : 0
                }
                beats.append([k + 1 == tile.kBlock.range.upperBound ? 1 : 0] + codes + positions + control)
            }
        }
        return BeatStream(
            "weight",
            fields: [
                RTLPort("weight_last_i", bits: 1), RTLPort("weight_code_i", bits: 8, count: columns),
                RTLPort("weight_position_i", bits: selectors.positionBits, count: columns),
                RTLPort("weight_width_i", bits: 3), RTLPort("weight_log_elements_i", bits: levelBits),
            ], beats: beats)
    }

    private func rowStream(
        _ walk: StationaryWalk, _ multiply: Multiply, _ memory: CoreMemory, _ ports: StationaryPorts
    ) -> BeatStream {
        let control = [
            logElements(multiply), walk.schedule.leavingLanes == nil ? 0 : 1, multiply.codes == .bipolar ? 1 : 0,
        ]
        let beats = walk.tiles.flatMap { tile in
            tile.rows.map { row in
                selectors.beat(tile.kBlock, row: row, multiply, memory) + control
                    + ports.rowBeat(tile, row: row, multiply)
            }
        }
        return BeatStream(
            "row",
            fields: selectors.fields + [
                RTLPort("row_log_elements_i", bits: levelBits), RTLPort("row_corrects_i", bits: 1),
                RTLPort("row_doubles_i", bits: 1),
            ] + ports.rowFields, beats: beats)
    }
}
