import Arch

/// `rtl/common/multiply_accumulate` in any two widths: what the operation costs by itself.
enum MultiplyAccumulateBlocks {
    /// Those that every run of all blocks tries.
    static var all: [RTLBlock] { [(8, 8), (8, 2), (5, 3), (1, 1)].map { block(activationBits: $0.0, weightBits: $0.1) } }

    static let accumulatorBits = 32

    /// `common/multiply_accumulate:AxW`; `nil` for other names, and for widths beyond 1 to 9.
    static func block(named name: String) -> RTLBlock? {
        guard let match = name.wholeMatch(of: /common\/multiply_accumulate:([1-9])x([1-9])/),
            let activationBits = Int(match.1), let weightBits = Int(match.2)
        else { return nil }
        return block(activationBits: activationBits, weightBits: weightBits)
    }

    private static func block(activationBits: Int, weightBits: Int) -> RTLBlock {
        RTLBlock(
            "common",
            RTLBinding(
                top: "multiply_accumulate",
                parameters: [
                    "ActivationBits": activationBits, "WeightBits": weightBits, "AccumulatorBits": accumulatorBits,
                ]), variant: "\(activationBits)x\(weightBits)",
            .vectors(
                VectorCheck(
                    inputs: [
                        RTLPort("restart_i", bits: 1), .signed("activation_i", bits: activationBits),
                        .signed("weight_i", bits: weightBits),
                    ],
                    outputs: [.signed("sum_o", bits: accumulatorBits)], latency: 2) { RunningSum() }))
    }
}

/// The sum of the products since the last restart.
private struct RunningSum: VectorModel {
    private var sum = 0

    mutating func step(_ inputs: [Int]) -> [Int] {
        sum = (inputs[0] & 1 == 1 ? 0 : sum) &+ inputs[1] * inputs[2]
        return [sum]
    }
}
