import Arch
import Formats

/// What `rtl/vector` has: lanes of the vector unit.
enum VectorBlocks {
    static var all: [RTLBlock] { [round, requantise] }

    private static let rules: [RoundingRule] = [.halfToEven, .halfUp, .halfAwayFromZero]

    private static var round: RTLBlock {
        RTLBlock(
            "vector", RTLBinding(top: "dyadic_round", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [
                        .signed("value_i", bits: 64), .signed("shift_i", bits: 8), RTLPort("rounding_i", bits: 2, values: 0...2),
                    ],
                    outputs: [.signed("rounded_o", bits: 64)],
                    // Values near ties of small shifts.
                    draw: { random in
                        let shift = Int.random(in: 1...40, using: &random)
                        let tie = (Int.random(in: -8...8, using: &random) << shift) + 1 << (shift - 1)
                        return [tie + Int.random(in: -1...1, using: &random), shift, Int(random.below(3))]
                    },
                    function: { vector in
                        [Int(rules[vector[2]].dividedByPowerOfTwo(Int64(vector[0]), shift: vector[1]))]
                    })))
    }

    private static var requantise: RTLBlock {
        RTLBlock(
            "vector", RTLBinding(top: "dyadic_requantise", parameters: [:]),
            .vectors(
                VectorCheck(
                    inputs: [
                        .signed("accumulator_i", bits: 32), .signed("bias_i", bits: 32),
                        RTLPort("multiplier_i", bits: 32, values: 0...1 << 31), .signed("shift_i", bits: 8),
                        RTLPort("rounding_i", bits: 2, values: 0...2), .signed("zero_i", bits: 32),
                        RTLPort("low_i", bits: 32, values: -128...0), RTLPort("high_i", bits: 32, values: 0...255),
                    ],
                    outputs: [.signed("result_o", bits: 32)], latency: 3,
                    // As networks have them: results about the range of the codes.
                    draw: { random in
                        let accumulator = Int.random(in: -1 << 20...1 << 20, using: &random)
                        return [
                            accumulator, Int.random(in: -1 << 16...1 << 16, using: &random),
                            Int.random(in: 1 << 30...1 << 31, using: &random), Int.random(in: 30...48, using: &random),
                            Int(random.below(3)), Int.random(in: -128...127, using: &random), -128, 127,
                        ]
                    },
                    function: { vector in
                        let sum = Int32(clamping: vector[0] + vector[1])
                        let rounded = Dyadic(multiplier: Int64(vector[2]), shift: vector[3])
                            .apply(sum, rounding: rules[vector[4]])
                        let (moved, over) = rounded.addingReportingOverflow(Int64(vector[5]))
                        let result = over ? rounded : moved
                        return [min(max(Int(result), vector[6]), vector[7])]
                    })))
    }
}
