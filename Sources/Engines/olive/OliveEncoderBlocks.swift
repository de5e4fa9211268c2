import Arch
import Formats

/// The encoder of pairs on the output path, held to `PairEncoder`.
extension PairEncoder {
    static var blocks: [RTLBlock] {
        let paper = OutlierVictimPair.allCases.map { PairEncoder($0) }
        let published = [OutlierVictimPair.int4, .flint4, .int8E2M5].map { PairEncoder($0, rules: .publishedCode) }
        return paper.map { $0.block("paper") } + published.map { $0.block("published") }
    }

    private func block(_ rules: String) -> RTLBlock {
        RTLBlock(
            "olive", RTLBinding(top: "ovp_encode", parameters: rtlParameters), variant: "\(format.rawValue)-\(rules)",
            .vectors(
                VectorCheck(
                    inputs: [RTLPort("left_i", bits: 32), RTLPort("right_i", bits: 32)],
                    outputs: [RTLPort("left_o", bits: format.bits), RTLPort("right_o", bits: format.bits)],
                    corners: Self.corners, draw: { [Self.number(&$0), Self.number(&$0)] }) { vector in
                        let numbers = vector.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
                        let slots = slots(numbers[0], numbers[1])
                        return [Int(slots.left), Int(slots.right)]
                    }))
    }

    private var rtlParameters: [String: Int] {
        [
            "Eight": format.bits == 8 ? 1 : 0, "Flint": format == .flint4 ? 1 : 0,
            "MantissaBits": format.outliers.mantissaBits, "Bias": format.outliers.bias,
            "GreatestCode": format.greatestOutlierCode, "NearestBoundary": rules.boundary == .nearest ? 1 : 0,
            "TowardPositive": rules.ties == .towardPositive ? 1 : 0, "LeftSurvives": rules.survivor == .left ? 1 : 0,
        ]
    }

    /// Zeros, infinities and NaN beside one another.
    private static var corners: [[Int]] {
        let numbers: [Float] = [0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, 0.5, -0.5]
        return numbers.flatMap { left in numbers.map { [Int(left.bitPattern), Int($0.bitPattern)] } }
    }

    /// Quarters of small whole numbers and numbers like outliers, some of them a last place off.
    private static func number(_ random: inout SplitMix64) -> Int {
        let range = [80, 600, 10_000, 300_000][Int(random.below(4))]
        let exact = Float(Int.random(in: -range...range, using: &random)) * 0.25
        return Int([exact, exact, exact.nextUp, exact.nextDown][Int(random.below(4))].bitPattern)
    }
}
