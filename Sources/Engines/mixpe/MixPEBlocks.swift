import Arch

extension MixPEArray {
    /// What `rtl/mixpe` has, held to this engine.
    static var blocks: [RTLBlock] {
        WeightSigns.allCases.map(centre) + [
            element(1, .twosComplement), element(2, .signMagnitude), element(4, .offset), element(4, .twosComplement),
            element(4, .signMagnitude), element(8, .twosComplement),
            column(rows: 8, 4, .offset), column(rows: 5, 2, .twosComplement), activationSum(rows: 5),
        ] + ShiftAddFloatBlocks.all + arrays
    }

    /// Small arrays: every way to see signs, every element width, with selectors and without, odd sizes, a single lane.
    private static var arrays: [RTLBlock] {
        [
            MixPEArray(rows: 8, columns: 8, partialRows: 4, selectorInputs: 1).lockstep("offset"),
            MixPEArray(
                rows: 8, columns: 8, bitsPerElement: 2, signs: .twosComplement, epilogueLanes: 3, partialRows: 4,
                selectorInputs: 4
            ).lockstep("twos-complement"),
            MixPEArray(
                rows: 5, columns: 8, bitsPerElement: 1, signs: .signMagnitude, epilogueLanes: 5, partialRows: 3,
                selectorInputs: 8
            ).lockstep("sign-magnitude"),
            MixPEArray(rows: 6, columns: 10, epilogueLanes: 4, partialRows: 5, selectorInputs: 32).lockstep("odd"),
            MixPEArray(
                rows: 1, columns: 1, bitsPerElement: 8, signs: .twosComplement, partialRows: 1, selectorInputs: 4
            ).lockstep("single"),
        ]
    }

    private static func parameters(_ bits: Int, _ signs: WeightSigns) -> [String: Int] {
        ["BitsPerElement": bits, "Signs": signs.index]
    }

    private static func centre(_ signs: WeightSigns) -> RTLBlock {
        RTLBlock(
            "mixpe", RTLBinding(top: "weight_centre", parameters: ["Signs": signs.index]), variant: signs.rawValue,
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("code_i", bits: 8), RTLPort("width_i", bits: 3)],
                    outputs: [RTLPort("field_o", bits: 8), RTLPort("negate_o", bits: 1)]) { vector in
                        let (field, negates) = signs.field(code: vector[0], weightBits: vector[1] + 1)
                        return [field, negates ? 1 : 0]
                    }))
    }

    private static func element(_ bits: Int, _ signs: WeightSigns) -> RTLBlock {
        let elements = ShiftAddElements(bitsPerElement: bits, signs: signs)
        return RTLBlock(
            "mixpe", RTLBinding(top: "shift_add_element", parameters: parameters(bits, signs)),
            variant: "\(bits)-\(signs.rawValue)",
            .vectors(
                VectorCheck(
                    inputs: [
                        .signed("activation_i", bits: 9), RTLPort("digit_i", bits: bits), RTLPort("highest_i", bits: 1),
                        RTLPort("negate_i", bits: 1),
                    ],
                    outputs: [.signed("product_o", bits: elements.productBits)]) { vector in
                        [
                            // Only weights held as sign and magnitude are negated.
                            elements.product(
                                activation: vector[0], digit: vector[1], isHighest: vector[2] == 1,
                                negates: signs == .signMagnitude && vector[3] == 1)
                        ]
                    }))
    }

    private static func column(rows: Int, _ bits: Int, _ signs: WeightSigns) -> RTLBlock {
        let elements = ShiftAddElements(bitsPerElement: bits, signs: signs)
        let sumBits = elements.productBits + levels(rows)
        return RTLBlock(
            "mixpe",
            RTLBinding(
                top: "shift_add_column", parameters: parameters(bits, signs).merging(["Rows": rows]) { first, _ in first }),
            variant: "\(rows)-\(signs.rawValue)",
            .vectors(
                VectorCheck(
                    inputs: [
                        .signed("activations_i", bits: 9, count: rows), RTLPort("digits_i", bits: bits, count: rows),
                        RTLPort("negate_i", bits: 1, count: rows), RTLPort("highest_i", bits: 1),
                    ],
                    outputs: [.signed("sum_o", bits: sumBits)], latency: 1 + levels(rows)) { vector in
                        let products = (0..<rows).map { row in
                            elements.product(
                                activation: vector[row], digit: vector[rows + row], isHighest: vector[3 * rows] == 1,
                                negates: signs == .signMagnitude && vector[2 * rows + row] == 1)
                        }
                        return [products.reduce(0, +).wrapped(to: sumBits)]
                    }))
    }

    private static func activationSum(rows: Int) -> RTLBlock {
        RTLBlock(
            "mixpe", RTLBinding(top: "activation_sum", parameters: ["Rows": rows]), variant: "\(rows)",
            .vectors(
                VectorCheck(
                    inputs: [.signed("activations_i", bits: 9, count: rows), RTLPort("filled_i", bits: 1, count: rows)],
                    outputs: [.signed("sum_o", bits: 9 + levels(rows))], latency: 1 + levels(rows)) { vector in
                        [(0..<rows).reduce(0) { $0 + (vector[rows + $1] == 1 ? vector[$1] : 0) }]
                    }))
    }
}
