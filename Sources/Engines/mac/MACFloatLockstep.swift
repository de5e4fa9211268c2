import Arch
import Formats

extension MACArray {
    /// The float array, whole instructions at a time.
    func floatLockstep(_ variant: String) -> RTLBlock {
        let ports = StationaryPorts(
            lanes: columns, epilogueLanes: epilogueLanes, partialRows: partialRows, words: Self.lockstepWords)
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        let isNarrow = operands == .fp8
        return RTLBlock(
            "mac", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    let floats: [Multiply.Activations] = isNarrow
                        ? [.float8e4m3, .float8e5m2] : [.float16, .bfloat16, .float8e4m3]
                    let shape = TileShape(
                        columns: 1...2 * columns, run: 1...2 * rows, weightBits: isNarrow ? 1...4 : 1...8,
                        codes: [.offset, .bipolar] + floats.compactMap { $0.codec.flatMap(Multiply.Codes.init) },
                        activations: [.int8, .uint8] + floats,
                        zeroRange: { 0...1 << $0 - 1 }, scalesWeights: dequantisesFirst, busyRun: rows)
                    return tileCase(TileProduct(shape, for: self, index: index, source: source), ports)
                }))
    }

    private func tileCase(_ product: TileProduct, _ ports: StationaryPorts) -> TileCase {
        let (multiply, memory) = (product.multiply, product.memory)
        let bits = operands.significandBits ?? 11
        let array = FloatArray(
            element: FloatMultiplier(significandBits: bits), multiply: multiply, memory: memory,
            schedule: schedule(multiply), sums: sums(multiply), layout: layout(multiply.weightBits))
        let walk = StationaryWalk(array.schedule)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columns, weightGroups: array.schedule.cut.weightGroups)
        let scales = array.sums == .scaled
            ? ports.scaleStream(walk, parameters) : BeatStream("scale", fields: ports.scaleFields, beats: [])
        let streams = [
            weightStream(array, walk, parameters, bits), codeStream(array, walk, parameters),
            array.rowStream(walk, ports, rows: rows, significandBits: bits), scales,
        ]
        let preload = ports.accumulators.preload(multiply, memory, blockColumns: columns)
        let timing = timing(multiply, shape: nil)
        multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: ports.retires(
                walk, multiply, latency: timing.latency, results: product.storage.words(multiply),
                bySegment: array.sums.leaveBySegment),
            cycles: timing.occupancy + timing.latency, events: activity(multiply, shape: nil))
    }

    private func weightStream(
        _ array: FloatArray<FloatMultiplier>, _ walk: StationaryWalk, _ parameters: GroupParameters, _ bits: Int
    ) -> BeatStream {
        var beats: [[Int]] = []
        for tile in walk.tiles where array.multiply.operandScales == nil {
            for k in tile.kBlock.range {
                let values = (tile.columns.lowerBound..<tile.columns.lowerBound + columns).map { column in
                    tile.columns.contains(column)
                        ? array.weight(column: column, k: k, parameters).port(significandBits: bits) : 0
                }
                beats.append([k + 1 == tile.kBlock.range.upperBound ? 1 : 0] + values)
            }
        }
        return BeatStream(
            "weight",
            fields: [
                RTLPort("weight_last_i", bits: 1),
                RTLPort("weight_value_i", bits: FloatPort.overhead + bits, count: columns),
            ], beats: beats)
    }

    /// Codes that the dequantise unit makes operands of, with their zero points and scales: some columns of a K row per beat.
    private func codeStream(
        _ array: FloatArray<FloatMultiplier>, _ walk: StationaryWalk, _ parameters: GroupParameters
    ) -> BeatStream {
        let (multiply, cut) = (array.multiply, array.schedule.cut)
        let lanes = dequantisesFirst ? dequantiseLanes : 1
        let codes = WeightValues(
            multiply: multiply, memory: array.memory, layout: array.layout, depth: cut.depth, parameters: parameters)
        var beats: [[Int]] = []
        for tile in walk.tiles where multiply.operandScales != nil {
            for k in tile.kBlock.range {
                let group = k / cut.weightGroup
                for first in stride(from: 0, to: columns, by: lanes) {
                    let used = (first..<first + lanes).map { tile.columns.lowerBound + $0 }
                    func each(_ value: (Int) -> Int) -> [Int] { used.map { tile.columns.contains($0) ? value($0) : 0 } }
                    let isLast = k + 1 == tile.kBlock.range.upperBound && first + lanes >= columns
                    beats.append(
                        [isLast ? 1 : 0] + each { codes.level(column: $0, k: k) }
                            + each { multiply.codes.readsZeros ? parameters.zero(column: $0, group: group) : 0 }
                            + each { Int(parameters.operandScale(column: $0, group: group)?.bitPattern ?? 0) })
                }
            }
        }
        return BeatStream(
            "code",
            fields: [
                RTLPort("code_last_i", bits: 1), .signed("code_value_i", bits: 9, count: lanes),
                .signed("code_zero_i", bits: 16, count: lanes), RTLPort("code_scale_i", bits: 32, count: lanes),
            ], beats: beats)
    }
}
