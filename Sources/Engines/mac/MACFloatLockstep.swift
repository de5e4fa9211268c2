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
                TileCheck { index, seed in
                    let floats: [Multiply.Activations] = isNarrow
                        ? [.float8e4m3, .float8e5m2] : [.float16, .bfloat16, .float8e4m3]
                    let shape = TileShape(
                        columns: 1...2 * columns, run: 1...2 * rows, weightBits: isNarrow ? 1...4 : 1...8,
                        codes: [.offset, .bipolar] + floats.compactMap { $0.codec.flatMap(Multiply.Codes.init) },
                        activations: [.int8, .uint8] + floats,
                        zeroRange: { 0...1 << $0 - 1 })
                    return tileCase(TileProduct(shape, for: self, index: index, seed: seed), ports)
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
        let streams = [weightStream(array, walk, parameters, bits), rowStream(array, walk, ports, bits), scales]
        let preload = ports.accumulators.preload(multiply, memory, blockColumns: columns)
        let timing = timing(multiply, shape: nil)
        multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: ports.retires(
                walk, multiply, latency: timing.latency, results: product.storage.words(multiply),
                bySegment: array.sums.leaveBySegment),
            cycles: timing.occupancy + timing.latency)
    }

    private func weightStream(
        _ array: FloatArray<FloatMultiplier>, _ walk: StationaryWalk, _ parameters: GroupParameters, _ bits: Int
    ) -> BeatStream {
        var beats: [[Int]] = []
        for tile in walk.tiles {
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

    private func rowStream(
        _ array: FloatArray<FloatMultiplier>, _ walk: StationaryWalk, _ ports: StationaryPorts, _ bits: Int
    ) -> BeatStream {
        let multiply = array.multiply
        let bySegment = array.sums.leaveBySegment
        var beats: [[Int]] = []
        for tile in walk.tiles {
            let lanes = tile.kBlock.range.count
            for row in tile.rows {
                var operands = tile.kBlock.range.map {
                    array.activation(row: row, k: $0).port(significandBits: bits)
                }
                operands += Array(repeating: 0, count: rows - lanes)
                let modes = [lanes, bySegment ? 1 : 0, array.sums == .converted ? 1 : 0]
                let beat = ports.rowBeat(tile, row: row, multiply, bySegment: bySegment)
                beats.append(
                    operands + modes
                        + beat.enumerated().filter { $0.offset != StationaryPorts.scaledField }.map(\.element))
            }
        }
        let fields = ports.rowFields.enumerated().filter { $0.offset != StationaryPorts.scaledField }.map(\.element)
        return BeatStream(
            "row",
            fields: [
                RTLPort("row_value_i", bits: FloatPort.overhead + bits, count: rows),
                RTLPort("row_lanes_i", bits: levels(rows + 1)), RTLPort("row_segmented_i", bits: 1),
                RTLPort("row_convert_i", bits: 1),
            ] + fields, beats: beats)
    }
}

extension FloatPort {
    /// Exponent of a port of the RTL, and its bits beside the significand.
    static let exponentBits = 9
    static let overhead = 3 + exponentBits

    /// A number as a port of the RTL has it.
    init(port: Int, significandBits bits: Int) {
        let fields = port >> bits
        self.init(integer: 0, bits: bits)
        significand = UInt32(port & (1 << bits - 1))
        exponent = (fields & (1 << Self.exponentBits - 1)).wrapped(to: Self.exponentBits)
        isNegative = fields >> Self.exponentBits & 1 == 1
        kind = fields >> (Self.exponentBits + 2) & 1 == 1
            ? .notANumber : fields >> (Self.exponentBits + 1) & 1 == 1 ? .infinity : .finite
    }

    /// The number as a port of `rtl/mac` has it: {not a number, infinite, negative, exponent, significand}.
    func port(significandBits: Int) -> Int {
        // Rounding may have made a power of two of all ones.
        let carries = significand >> UInt32(significandBits) != 0
        let fraction = Int(carries ? significand >> 1 : significand)
        let power = (carries ? exponent + 1 : exponent) & (1 << Self.exponentBits - 1)
        let sign = (isNegative ? 1 : 0) << (Self.exponentBits + significandBits)
        switch kind {
        case .finite: return sign | power << significandBits | fraction
        case .infinity: return sign | 2 << (Self.exponentBits + significandBits)
        case .notANumber: return sign | 4 << (Self.exponentBits + significandBits)
        }
    }
}
