import Arch
import Formats

extension MixPEArray {
    /// The array of elements for floats, whole instructions at a time.
    func floatLockstep(_ variant: String) -> RTLBlock {
        let ports = StationaryPorts(
            lanes: columns, epilogueLanes: epilogueLanes, partialRows: partialRows, words: Self.lockstepWords)
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        return RTLBlock(
            "mixpe", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    let floats: [Multiply.Activations] = [.float16, .bfloat16, .float8e4m3, .float8e5m2]
                    let shape = TileShape(
                        columns: 1...2 * columns, run: 1...2 * rows,
                        activations: floats.filter { $0.codec.map(operands.takes) ?? false },
                        // Differences have as many bits as the codes.
                        zeroRange: { 0...1 << $0 - 1 }, busyRun: rows)
                    return floatCase(TileProduct(shape, for: self, index: index, source: source), ports)
                }))
    }

    private func floatCase(_ product: TileProduct, _ ports: StationaryPorts) -> TileCase {
        let (multiply, memory) = (product.multiply, product.memory)
        let array = floatArray(multiply, memory: memory)
        let walk = StationaryWalk(array.schedule)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columnBlock, weightGroups: array.schedule.cut.weightGroups)
        let scales = array.sums == .scaled
            ? ports.scaleStream(walk, parameters) : BeatStream("scale", fields: ports.scaleFields, beats: [])
        let logElements = levels(elements.perWeight(weightBits: multiply.weightBits))
        let streams = [
            differenceStream(walk, multiply, memory, parameters, logElements: logElements),
            array.rowStream(
                walk, ports, rows: rows, significandBits: significandBits,
                control: [(RTLPort("row_log_elements_i", bits: levelBits), logElements)]),
            scales,
        ]
        let preload = ports.accumulators.preload(multiply, memory, blockColumns: array.schedule.columnLanes)
        let timing = timing(multiply, shape: nil)
        multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: ports.retires(
                walk, multiply, latency: timing.latency, results: product.storage.words(multiply),
                bySegment: array.sums.leaveBySegment),
            cycles: timing.occupancy + timing.latency, events: activity(multiply, shape: nil))
    }

    /// Codes less their zero points, a K row of a tile per beat.
    private func differenceStream(
        _ walk: StationaryWalk, _ multiply: Multiply, _ memory: CoreMemory, _ parameters: GroupParameters, logElements: Int
    ) -> BeatStream {
        let weights = WeightValues(
            multiply: multiply, memory: memory, layout: layout(multiply.weightBits), depth: walk.schedule.cut.depth,
            parameters: parameters)
        var beats: [[Int]] = []
        for tile in walk.tiles {
            for k in tile.kBlock.range {
                let values = (tile.columns.lowerBound..<tile.columns.lowerBound + columns).map { column in
                    tile.columns.contains(column)
                        ? weights.value(column: column, k: k, group: tile.kBlock.segment.weightGroup) : 0
                }
                beats.append([k + 1 == tile.kBlock.range.upperBound ? 1 : 0] + values + [logElements])
            }
        }
        return BeatStream(
            "weight",
            fields: [
                RTLPort("weight_last_i", bits: 1), .signed("weight_value_i", bits: 9, count: columns),
                RTLPort("weight_log_elements_i", bits: levelBits),
            ], beats: beats)
    }
}
