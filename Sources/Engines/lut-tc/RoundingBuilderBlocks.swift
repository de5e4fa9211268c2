import Arch
import Formats

/// The builder of INT8 tables, which the vector unit has in place of `lut_table_builder` when an engine takes such tables.
enum RoundingBuilderBlocks {
    static var all: [RTLBlock] {
        [
            entry, builder("per-64", BuildTables.Entries.int8Per64, length: 4),
            builder("per-table", .int8PerTable, length: 3), builder("full", .int8PerTableFull, length: 2),
            builder("per-64-pairs", .int8Per64Full, length: 2),
        ]
    }

    private static var entry: RTLBlock {
        RTLBlock(
            "lut-tc", RTLBinding(top: "lut_round_entry", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("entry_i", bits: 32), RTLPort("scale_i", bits: 32)], outputs: [.signed("code_o", bits: 8)],
                    corners: FloatCorners.pairs, draw: quotient) { vector in
                        [Int(QuantisedTable.codes([CommonBlocks.float(vector[0])], scale: CommonBlocks.float(vector[1]))[0])]
                    }))
    }

    /// An entry and a scale whose quotient is no greater than about 128, and often near a half.
    @Sendable private static func quotient(_ random: inout SplitMix64) -> [Int] {
        let scale = Float.random(in: 0.001...1000, using: &random)
        let steps = Float(Int(random.below(515)) - 257) / 2
        let nudge = Float(Int(random.below(5)) - 2)
        let entry = steps * scale
        return [CommonBlocks.bits(entry + nudge * entry.ulp), CommonBlocks.bits(scale)]
    }

    private static func builder(_ variant: String, _ entries: BuildTables.Entries, length: Int) -> RTLBlock {
        let format = TableFormat(entries, length: length)
        let tables = format.tablesPerScale ?? 1
        return RTLBlock(
            "lut-tc",
            RTLBinding(
                top: "lut_rounding_builder",
                parameters: ["TileK": length, "TableEntries": format.count, "TablesPerScale": tables]),
            variant: variant,
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("valid_i", bits: 1), RTLPort("activations_i", bits: 32, count: length)],
                    outputs: [
                        RTLPort("valid_o", bits: 1), RTLPort("scale_o", bits: 32),
                        .signed("codes_o", bits: 8, count: format.count),
                    ],
                    latency: 5, draw: { draw(&$0, length: length) }
                ) { RoundingModel(format: format) }))
    }

    /// Activations of a layer, mostly of alike magnitudes; codes among them, and now and then any number at all.
    private static func draw(_ random: inout SplitMix64, length: Int) -> [Int] {
        let kind = random.below(16)
        let activations = (0..<length).map { _ -> Int in
            switch kind {
            case 0: Int(random.below(1 << 32))
            case 1: 0
            case 2..<9: CommonBlocks.bits(Float(Int(random.below(384)) - 128))
            default: CommonBlocks.bits(Float.random(in: -4...4, using: &random))
            }
        }
        return [random.below(8) == 0 ? 0 : 1] + activations
    }
}

/// Collects the activations of a group; its tables come out one after another, the first with its last activations.
private struct RoundingModel: VectorModel {
    let format: TableFormat
    private var group: [[Float]] = []
    private var finished: [[Int]] = []

    init(format: TableFormat) { self.format = format }

    mutating func step(_ inputs: [Int]) -> [Int] {
        if inputs[0] == 1 { group.append(inputs.dropFirst().map(CommonBlocks.float)) }
        if group.count == format.tablesPerScale { finish() }
        return finished.isEmpty ? Array(repeating: 0, count: format.count + 2) : finished.removeFirst()
    }

    private mutating func finish() {
        let scale = QuantisedTable.scale(covering: group.map(greatest).reduce(0) { $0 < $1 ? $1 : $0 })
        finished += group.map { activations in
            [1, CommonBlocks.bits(scale)] + QuantisedTable.codes(entries(activations), scale: scale).map(Int.init)
        }
        group = []
    }

    private func greatest(_ activations: [Float]) -> Float {
        if format.tablesPerScale == 1 { return entries(activations).map(\.magnitude).reduce(0) { $0 < $1 ? $1 : $0 } }
        return activations.dropFirst().reduce(activations[0].magnitude) { $0 + $1.magnitude }
    }

    /// From left to right, in binary32.
    private func entries(_ activations: [Float]) -> [Float] {
        stride(from: 0, to: 1 << format.length, by: format.entries.isFull ? 1 : 2).map { index in
            (1..<activations.count).reduce(index & 1 == 1 ? activations[0] : -activations[0]) { sum, k in
                index >> k & 1 == 1 ? sum + activations[k] : sum - activations[k]
            }
        }
    }
}
