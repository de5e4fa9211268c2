import Arch
import Formats

extension MACArray {
    /// Words of the accumulators beside the array under test.
    static let lockstepWords = 256

    /// The integer array, whole instructions at a time.
    func lockstep(_ variant: String?) -> RTLBlock {
        let ports = StationaryPorts(
            lanes: columns, epilogueLanes: epilogueLanes, partialRows: partialRows, words: Self.lockstepWords)
        let patterns = NOfM.all.filter { $0.m <= selectorInputs }
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        return RTLBlock(
            "mac", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    let shape = TileShape(
                        columns: 1...3 * columns, run: 1...3 * rows, zeroRange: { zeroRange(weightBits: $0) },
                        patterns: patterns, busyRun: rows)
                    return tileCase(TileProduct(shape, for: self, index: index, source: source), ports)
                }))
    }

    private func tileCase(_ product: TileProduct, _ ports: StationaryPorts) -> TileCase {
        let (multiply, memory) = (product.multiply, product.memory)
        let schedule = schedule(multiply)
        let walk = StationaryWalk(schedule)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columns, weightGroups: schedule.cut.weightGroups)
        let streams = [
            weightStream(walk, multiply, memory, parameters), rowStream(walk, multiply, memory, ports),
            ports.scaleStream(walk, parameters),
        ]
        let preload = ports.accumulators.preload(multiply, memory, blockColumns: columns)
        let timing = timing(multiply, shape: nil)
        multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: ports.retires(
                walk, multiply, latency: timing.latency, results: product.storage.words(multiply)),
            cycles: timing.occupancy + timing.latency, events: activity(multiply, shape: nil))
    }

    private var selectors: SelectorPorts { SelectorPorts(rows: rows, selectorInputs: selectorInputs) }

    private func weightStream(
        _ walk: StationaryWalk, _ multiply: Multiply, _ memory: CoreMemory, _ parameters: GroupParameters
    ) -> BeatStream {
        let schedule = walk.schedule
        let weights = WeightValues(
            multiply: multiply, memory: memory, layout: layout(multiply.weightBits), depth: schedule.storedDepth,
            parameters: parameters)
        let selection = Selection(multiply, memory: memory, columnBlock: columns, depth: schedule.cut.depth)
        var beats: [[Int]] = []
        for tile in walk.tiles {
            for k in tile.kBlock.range {
                let lanes = tile.columns.lowerBound..<tile.columns.lowerBound + columns
                let values = lanes.map { column in
                    tile.columns.contains(column)
                        ? weights.value(column: column, k: k, group: tile.kBlock.segment.weightGroup) : 0
                }
                let positions = lanes.map { column in
                    tile.columns.contains(column) ? selection?.position(column: column, kept: k) ?? 0 : 0
                }
                beats.append([k + 1 == tile.kBlock.range.upperBound ? 1 : 0] + values + positions)
            }
        }
        return BeatStream(
            "weight",
            fields: [
                RTLPort("weight_last_i", bits: 1), .signed("weight_value_i", bits: 9, count: columns),
                RTLPort("weight_position_i", bits: selectors.positionBits, count: columns),
            ], beats: beats)
    }

    private func rowStream(
        _ walk: StationaryWalk, _ multiply: Multiply, _ memory: CoreMemory, _ ports: StationaryPorts
    ) -> BeatStream {
        let beats = walk.tiles.flatMap { tile in
            tile.rows.map { row in
                selectors.beat(tile.kBlock, row: row, multiply, memory) + ports.rowBeat(tile, row: row, multiply)
            }
        }
        return BeatStream("row", fields: selectors.fields + ports.rowFields, beats: beats)
    }
}

extension Multiply {
    /// For messages.
    var shapeSummary: String {
        let pattern = structure.pattern.map { " \($0.name)" } ?? ""
        let taps = ky.count * kx.count
        return "\(rows)x\(columns), K \(taps)x\(run)\(pattern), \(codes) of \(weightBits) bits x \(activationFormat), "
            + (isScaled ? "scaled" : "integer") + (accumulate ? ", accumulating" : "")
    }
}
