import Arch

extension LUTTensorCore {
    /// What `rtl/lut-tc` has, held to this engine.
    static var blocks: [RTLBlock] {
        [
            builder(length: 4, isFull: false), builder(length: 4, isFull: true), builder(length: 6, isFull: false),
            builder(length: 1, isFull: true), fold(length: 4), fold(length: 6),
            lookup(length: 4, isFull: false, bits: 16), lookup(length: 4, isFull: true, bits: 16),
            lookup(length: 4, isFull: false, bits: 8), lookup(length: 1, isFull: false, bits: 16), accumulate,
            correction(isExact: true), correction(isExact: false), select(length: 4, inputs: 4), select(length: 3, inputs: 32),
            select(length: 1, inputs: 8), select(length: 4, inputs: 16, bits: 16),
        ] + FloatLookupBlocks.all + RoundingBuilderBlocks.all + arrays
    }

    /// The four variants of the published ablation (arXiv 2408.06003, table 2): full tables, half tables, signs folded offline,
    /// tables built outside.
    static var ablation: [RTLBlock] {
        func unit(isHalf: Bool) -> LUTTensorCore { LUTTensorCore(m: 2, n: 64, arrays: 1, epilogueLanes: 1, symmetric: isHalf) }
        return [
            unit(isHalf: false).lockstep("ablation-full", buildsTables: true),
            unit(isHalf: true).lockstep("ablation-half", foldsSigns: true, buildsTables: true),
            unit(isHalf: true).lockstep("ablation-folded", buildsTables: true),
            unit(isHalf: true).lockstep("ablation-moved"),
        ]
    }

    /// Small arrays: full and half tables, rounded entries, odd sizes, a single lane.
    private static var arrays: [RTLBlock] {
        [
            LUTTensorCore(m: 2, n: 8, arrays: 1, epilogueLanes: 4, symmetric: false).lockstep("full"),
            LUTTensorCore(m: 2, n: 8, arrays: 1, epilogueLanes: 4).lockstep("half", foldsSigns: true),
            LUTTensorCore(m: 2, n: 8, arrays: 1, epilogueLanes: 1, symmetric: false).lockstep("full-builder", buildsTables: true),
            LUTTensorCore(m: 2, n: 8, arrays: 1, epilogueLanes: 1)
                .lockstep("half-builder", foldsSigns: true, buildsTables: true),
            LUTTensorCore(m: 2, n: 8, arrays: 1, epilogueLanes: 4).lockstep("builder", buildsTables: true),
            LUTTensorCore(m: 2, n: 8, arrays: 1, epilogueLanes: 4)
                .lockstep("selectors", buildsTables: true, selectorInputs: 4),
            LUTTensorCore(m: 3, n: 5, k: 3, arrays: 1, epilogueLanes: 2, symmetric: false)
                .lockstep("odd-selectors", buildsTables: true, selectorInputs: 16),
            LUTTensorCore(m: 1, n: 1, k: 1, arrays: 1, epilogueLanes: 1)
                .lockstep("single-selector", foldsSigns: true, buildsTables: true, selectorInputs: 8),
            LUTTensorCore(m: 2, n: 8, arrays: 1, epilogueLanes: 4).lockstep("folded"),
            LUTTensorCore(m: 4, n: 6, k: 2, arrays: 1, epilogueLanes: 8, tables: .int8Per64).lockstep("rounded"),
            LUTTensorCore(m: 2, n: 5, k: 3, arrays: 1, epilogueLanes: 3, tables: .int8PerTable, symmetric: false)
                .lockstep("full-rounded"),
            LUTTensorCore(m: 3, n: 7, k: 5, arrays: 1, epilogueLanes: 2).lockstep("odd"),
            LUTTensorCore(m: 1, n: 1, k: 1, arrays: 1, epilogueLanes: 1).lockstep("single"),
        ]
    }

    private static func entries(length: Int, isFull: Bool) -> Int { 1 << (isFull ? length : length - 1) }

    private static func variant(length: Int, isFull: Bool, bits: Int = 16) -> String {
        "\(isFull ? "full" : "half")-\(length)" + (bits == 16 ? "" : "-\(bits)")
    }

    private static func builder(length: Int, isFull: Bool) -> RTLBlock {
        let entries = entries(length: length, isFull: isFull)
        return RTLBlock(
            "lut-tc", RTLBinding(top: "lut_table_builder", parameters: ["TileK": length, "TableEntries": entries]),
            variant: variant(length: length, isFull: isFull),
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("activations_i", bits: 9, count: length, values: -128...255)],
                    outputs: [.signed("entries_o", bits: 16, count: entries)]) {
                        isFull ? LookupTable.full($0) : LookupTable.half($0)
                    }))
    }

    private static func fold(length: Int) -> RTLBlock {
        RTLBlock(
            "lut-tc", RTLBinding(top: "lut_fold", parameters: ["TileK": length]), variant: "\(length)",
            .vectors(
                VectorCheck(inputs: [RTLPort("index_i", bits: length)], outputs: [RTLPort("folded_o", bits: length)]) {
                    [LookupTable.fold($0[0], groupLength: length)]
                }))
    }

    private static func lookup(length: Int, isFull: Bool, bits: Int) -> RTLBlock {
        let entries = entries(length: length, isFull: isFull)
        return RTLBlock(
            "lut-tc",
            RTLBinding(
                top: "lut_lookup", parameters: ["TileK": length, "TableEntries": entries, "EntryBits": bits]),
            variant: variant(length: length, isFull: isFull, bits: bits),
            .vectors(
                VectorCheck(
                    inputs: [
                        .signed("entries_i", bits: bits, count: entries), RTLPort("index_i", bits: length),
                        RTLPort("negate_i", bits: 1),
                    ],
                    outputs: [.signed("value_o", bits: bits + 1)]) { vector in
                        let entry = LookupTable.lookUp(
                            vector[entries], in: Array(vector[..<entries]), isFull: isFull)
                        return [vector[entries + 1] == 1 ? -entry : entry]
                    }))
    }

    /// - Parameter bits: of an activation; selectors do not look into it.
    private static func select(length: Int, inputs: Int, bits: Int = 9) -> RTLBlock {
        let selectors = TableSelectors(length: length, inputs: inputs)
        var ports = selectors.ports()
        ports[0].name = "positions_i"
        return RTLBlock(
            "lut-tc",
            RTLBinding(top: "lut_select", parameters: ["TileK": length, "SelectorInputs": inputs, "Bits": bits]),
            variant: "\(length)-\(inputs)" + (bits == 9 ? "" : "-\(bits)"),
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("window_i", bits: bits, count: selectors.window)] + ports,
                    outputs: [RTLPort("selected_o", bits: bits, count: length)], constrain: { selectors.constrain(&$0) }
                ) { selectors.select($0) }))
    }

    private static var accumulate: RTLBlock {
        RTLBlock(
            "lut-tc", RTLBinding(top: "lut_accumulate", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [
                        RTLPort("valid_i", bits: 1), .signed("value_i", bits: 17), RTLPort("plane_i", bits: 3),
                        RTLPort("restart_i", bits: 1), RTLPort("move_i", bits: 1),
                    ],
                    // The first vector gives both registers a value.
                    outputs: [.signed("shadow_o", bits: 33)], latency: 1, corners: [[1, 1, 0, 1, 1]]) {
                        LookupSumModel()
                    }))
    }

    private static func correction(isExact: Bool) -> RTLBlock {
        RTLBlock(
            "lut-tc", RTLBinding(top: "lut_zero_correction", parameters: ["RoundedEntries": isExact ? 0 : 1]),
            variant: isExact ? "exact" : "rounded",
            .vectors(
                VectorCheck(
                    inputs: [
                        .signed("sum_i", bits: 33), .signed("group_sum_i", bits: 33), .signed("zero_i", bits: 10),
                        RTLPort("corrects_i", bits: 1),
                    ],
                    outputs: [.signed("sum_o", bits: 32)]) { vector in
                        let zero = vector[3] == 1 ? vector[2] : nil
                        return [
                            Int(LookupSum.corrected(vector[0], groupSum: vector[1], zero: zero, isExact: isExact))
                        ]
                    }))
    }
}

private struct LookupSumModel: VectorModel {
    private var sum = LookupSum()
    private var shadow = 0

    mutating func step(_ inputs: [Int]) -> [Int] {
        if inputs[0] == 1 {
            if inputs[3] == 1 { sum = LookupSum() }
            sum.add(inputs[1], plane: inputs[2])
            if inputs[4] == 1 { shadow = sum.value }
        }
        return [shadow]
    }
}
