import Arch
import Formats

/// The lanes of the published design with f16 tables.
enum FloatLookupBlocks {
    private static let length = 4
    private static let entries = 1 << (length - 1)

    static var all: [RTLBlock] {
        [
            RTLBlock(
                "lut-tc", RTLBinding(top: "lut_fp_lookup", parameters: ["TileK": length]),
                .vectors(
                    VectorCheck(
                        inputs: inputs, outputs: [RTLPort("value_o", bits: 16)], draw: { draw(&$0) }) { vector in
                            [Int(value(vector))]
                        })),
            RTLBlock(
                "lut-tc", RTLBinding(top: "lut_fp_lane", parameters: ["TileK": length]),
                .vectors(
                    VectorCheck(
                        inputs: inputs + [RTLPort("partial_i", bits: 16)], outputs: [RTLPort("sum_o", bits: 16)],
                        // The first vector gives the sum a value.
                        latency: 1, corners: [Array(repeating: 0, count: entries + 3)],
                        draw: { draw(&$0) + [Int($0.next() & 0xFFFF)] }) { FloatLaneModel() })),
            builder,
        ]
    }

    private static var builder: RTLBlock {
        RTLBlock(
            "lut-tc", RTLBinding(top: "lut_float_table_builder", parameters: ["TileK": length, "TableEntries": entries]),
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("activations_i", bits: 16, count: length)],
                    outputs: [RTLPort("entries_o", bits: 16, count: entries)],
                    draw: { random in (0..<length).map { _ in pattern(&random) } }) { vector in
                        FloatLookup.half(vector.map { UInt16(truncatingIfNeeded: $0) }).map(Int.init)
                    }))
    }

    private static var inputs: [RTLPort] {
        [
            RTLPort("entries_i", bits: 16, count: entries), RTLPort("index_i", bits: length),
            RTLPort("plane_i", bits: 3),
        ]
    }

    private static func draw(_ random: inout SplitMix64) -> [Int] {
        let patterns = (0..<entries).map { _ in pattern(&random) }
        return patterns + [Int(random.below(UInt64(1 << length))), Int(random.below(8))]
    }

    /// A number around the ends of the range: subnormal ones, and those that planes make infinite.
    private static func pattern(_ random: inout SplitMix64) -> Int {
        let fraction = Int(random.next() & 0x3FF) >> Int(random.below(11))
        let exponent = random.below(2) == 0 ? Int(random.below(2)) : 31 - Int(random.below(9))
        return Int(random.below(2)) << 15 | exponent << 10 | fraction
    }

    static func value(_ vector: [Int]) -> UInt16 {
        FloatLookup.lookUp(
            vector[entries], in: vector[..<entries].map { UInt16(truncatingIfNeeded: $0) }, plane: vector[entries + 1])
    }
}

private struct FloatLaneModel: VectorModel {
    private var sum: UInt16 = 0

    mutating func step(_ inputs: [Int]) -> [Int] {
        let isFirst = inputs[inputs.count - 2] == 0
        let partial = UInt16(truncatingIfNeeded: inputs[inputs.count - 1])
        sum = FloatLookup.sum(isFirst ? partial : sum, FloatLookupBlocks.value(inputs))
        return [Int(sum)]
    }
}
