import Arch

extension FusionArray {
    /// What `rtl/bitfusion` has, held to this engine.
    static var blocks: [RTLBlock] {
        [
            brick, unit("8x8", weightBits: 8, activationBits: 8), unit("4x8", weightBits: 4, activationBits: 8),
            unit("8x2", weightBits: 8, activationBits: 2), unit("4x4", weightBits: 4, activationBits: 4),
            unit("2x2", weightBits: 2, activationBits: 2),
            FusionArray(rows: 4, columns: 3, partialRows: 4).lockstep("lanes"),
            FusionArray(rows: 2, columns: 5, epilogueLanes: 2, partialRows: 3).lockstep("chunks"),
            FusionArray(rows: 3, columns: 4, epilogueLanes: 3, partialRows: 5).lockstep("odd"),
            FusionArray(rows: 1, columns: 1, partialRows: 1).lockstep("single"),
        ]
    }

    private static var brick: RTLBlock {
        RTLBlock(
            "bitfusion", RTLBinding(top: "fusion_brick", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [
                        RTLPort("a_i", bits: 2), RTLPort("a_signed_i", bits: 1), RTLPort("b_i", bits: 2),
                        RTLPort("b_signed_i", bits: 1),
                    ],
                    outputs: [.signed("product_o", bits: 6)]) {
                        [
                            FusionUnit.brick(
                                FusionUnit.Digit(field: $0[0], isSigned: $0[1] == 1),
                                FusionUnit.Digit(field: $0[2], isSigned: $0[3] == 1))
                        ]
                    }))
    }

    /// A unit whose operands are divided in one way.
    private static func unit(_ variant: String, weightBits: Int, activationBits: Int) -> RTLBlock {
        let digits = (activation: FusionUnit.digits(bits: activationBits), weight: FusionUnit.digits(bits: weightBits))
        let products = FusionUnit.products(weightBits: weightBits, activationBits: activationBits)
        return RTLBlock(
            "bitfusion", RTLBinding(top: "fusion_unit", parameters: [:]), variant: variant,
            .vectors(
                VectorCheck(
                    inputs: [
                        RTLPort("activation_i", bits: 2, count: 16), RTLPort("weight_i", bits: 2, count: 16),
                        RTLPort("log_activation_digits_i", bits: 2), RTLPort("log_weight_digits_i", bits: 2),
                        RTLPort("activation_signed_i", bits: 1), RTLPort("weight_signed_i", bits: 1),
                    ],
                    outputs: [.signed("sum_o", bits: FusionUnit.sumBits)], latency: 1 + levels(FusionUnit.bricks),
                    constrain: { $0.replaceSubrange(32..<34, with: [levels(digits.activation), levels(digits.weight)]) },
                    function: { vector in
                        func numbers(_ first: Int, _ count: Int, isSigned: Bool) -> [[FusionUnit.Digit]] {
                            (0..<products).map { product in
                                (0..<count).map { index in
                                    FusionUnit.Digit(
                                        field: vector[first + product * count + index],
                                        isSigned: isSigned && index == count - 1)
                                }
                            }
                        }
                        return [
                            FusionUnit.sum(
                                numbers(0, digits.activation, isSigned: vector[34] == 1)[...],
                                numbers(16, digits.weight, isSigned: vector[35] == 1)[...])
                        ]
                    })))
    }
}
