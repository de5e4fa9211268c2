import Arch
import Formats

/// What `rtl/common` has: blocks that several engines are made of.
enum CommonBlocks {
    static var all: [RTLBlock] {
        [
            block("float_multiply", ["a_i", "b_i"], "product_o") { $0 * $1 },
            block("float_add", ["a_i", "b_i"], "sum_o") { $0 + $1 },
            block("float_divide", ["dividend_i", "divisor_i"], "quotient_o") { $0 / $1 },
            RTLBlock(
                "common", RTLBinding(top: "integer_to_float", parameters: [:]),
                .vectors(
                    VectorCheck(inputs: [.signed("integer_i", bits: 32)], outputs: [RTLPort("number_o", bits: 32)]) {
                        [bits(Float(Int32(truncatingIfNeeded: $0[0])))]
                    })),
            groupScale, gather(inputs: 4), gather(inputs: 32), adderTree(inputs: 16), adderTree(inputs: 11),
            groupCorrection, floatScale, halfWiden,
        ] + MultiplyAccumulateBlocks.all + ElementBlocks.all
    }

    /// Every NaN is 0x7FC00000.
    static func bits(_ value: Float) -> Int { value.isNaN ? 0x7FC0_0000 : Int(value.bitPattern) }

    static func float(_ bits: Int) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: bits)) }

    private static func block(
        _ top: String, _ inputs: [String], _ output: String, function: @escaping @Sendable (Float, Float) -> Float
    ) -> RTLBlock {
        RTLBlock(
            "common", RTLBinding(top: top, parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: inputs.map { RTLPort($0, bits: 32) }, outputs: [RTLPort(output, bits: 32)],
                    corners: FloatCorners.pairs, draw: FloatCorners.near) {
                        [bits(function(float($0[0]), float($0[1])))]
                    }))
    }

    private static var groupScale: RTLBlock {
        RTLBlock(
            "common", RTLBinding(top: "group_scale", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [
                        .signed("sum_i", bits: 32), RTLPort("column_scale_i", bits: 32), RTLPort("row_scale_i", bits: 32),
                        RTLPort("halve_i", bits: 1),
                    ],
                    outputs: [RTLPort("term_o", bits: 32)], latency: 2) { vector in
                        let scale = float(vector[1]) * float(vector[2])
                        let sum = Int32(truncatingIfNeeded: vector[0])
                        return [bits(scaledTerm(sum, scale: scale, inHalves: vector[3] == 1))]
                    }))
    }

    /// Codes as they are stored: the factor is the zero point itself.
    private static var groupCorrection: RTLBlock {
        RTLBlock(
            "common", RTLBinding(top: "group_correction", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [
                        .signed("sum_i", bits: 32), .signed("activation_sum_i", bits: 32), .signed("factor_i", bits: 17),
                        RTLPort("doubles_i", bits: 1),
                    ],
                    outputs: [.signed("sum_o", bits: 32)]) { vector in
                        let sum = GroupCorrection.corrected(
                            Int32(truncatingIfNeeded: vector[0]), shift: Int32(vector[3]),
                            activationSum: Int32(truncatingIfNeeded: vector[1]), factor: vector[2])
                        return [Int(sum)]
                    }))
    }

    private static var floatScale: RTLBlock {
        RTLBlock(
            "common", RTLBinding(top: "float_scale", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("number_i", bits: 16), RTLPort("places_i", bits: 3)],
                    outputs: [RTLPort("number_o", bits: 16)]) {
                        [Int(FloatLookup.scaled(UInt16(truncatingIfNeeded: $0[0]), plane: $0[1]))]
                    }))
    }

    private static var halfWiden: RTLBlock {
        RTLBlock(
            "common", RTLBinding(top: "half_widen", parameters: [:]),
            .vectors(
                VectorCheck(inputs: [RTLPort("half_i", bits: 16)], outputs: [RTLPort("single_o", bits: 32)]) {
                    [bits(Binary16.widened(UInt16($0[0])))]
                }))
    }

    private static func gather(inputs: Int) -> RTLBlock {
        RTLBlock(
            "common", RTLBinding(top: "nm_gather", parameters: ["Inputs": inputs]), variant: "\(inputs)",
            .vectors(
                VectorCheck(
                    inputs: [.signed("inputs_i", bits: 9, count: inputs), RTLPort("position_i", bits: levels(inputs))],
                    outputs: [.signed("selected_o", bits: 9)]) { [$0[$0[inputs]]] }))
    }

    private static func adderTree(inputs: Int) -> RTLBlock {
        RTLBlock(
            "common", RTLBinding(top: "adder_tree", parameters: ["Inputs": inputs]), variant: "\(inputs)",
            .vectors(
                VectorCheck(
                    inputs: [.signed("addends_i", bits: 18, count: inputs)], outputs: [.signed("sum_o", bits: 32)],
                    latency: levels(inputs)) { [$0.reduce(0, +)] }))
    }
}
