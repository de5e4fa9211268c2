import Diagnostics
import Formats

/// Rotary positions of a model that reads longer texts than it was first trained with: frequencies are multiplied, and perhaps cosines
/// and sines.
public struct RotaryScaling: Hashable, Sendable {
    /// Of the frequencies, one for each pair.
    public var factors: [Double]
    /// Of cosines and sines.
    public var magnitude: Float = 1

    /// More than any head has, so that no size in a file makes lists that dwarf it.
    static let maximumDimensions = 1 << 14

    public init(factors: [Double], magnitude: Float = 1) {
        self.factors = factors
        self.magnitude = magnitude
    }

    var attributes: [(String, JSONValue)] {
        [("factors", .array(factors.map { .number($0) }))] + (magnitude == 1 ? [] : [("magnitude", .float(magnitude))])
    }

    /// All positions divided by a factor (Chen et al., arXiv 2306.15595).
    static func linear(pairs: Int, factor: Double) -> RotaryScaling {
        RotaryScaling(factors: [Double](repeating: 1 / factor, count: pairs))
    }

    /// LLaMA 3.1: pairs that turn fewer than `low` times within `context` tokens are slowed down by `factor`, those that turn more
    /// than `high` times are not, and those between partly (meta-llama/llama-models, `models/llama3/model.py`, `apply_scaling`).
    static func llama3(
        base: Double, dimensions: Int, factor: Double, low: Double, high: Double, context: Int
    ) -> RotaryScaling {
        let frequencies = RotaryTable.frequencies(rotaryDimension: dimensions, base: base)
        return RotaryScaling(
            factors: frequencies.map { frequency in
                let turns = frequency.turns(within: context)
                if turns < low { return 1 / factor }
                if turns > high { return 1 }
                let share = (turns - low) / (high - low)
                return (1 - share) / factor + share
            })
    }

    /// YaRN (Peng et al., arXiv 2309.00071): a ramp over pairs from those that turn `fast` times within `context` tokens, which stay, to
    /// those that turn `slow` times, which are slowed down by `factor`; scores grow by the square of the magnitude. The ends of
    /// the ramp are whole numbers of pairs unless `isTruncated` is false (transformers, `modeling_rope_utils.py`).
    static func yarn(
        base: Double, dimensions: Int, factor: Double, fast: Double, slow: Double, context: Int, magnitude: Float,
        isTruncated: Bool
    ) -> RotaryScaling {
        func pair(_ turns: Double) -> Double {
            RotaryTable.pair(turning: turns, within: context, rotaryDimension: dimensions, base: base)
        }
        let first = max(isTruncated ? pair(fast).rounded(.down) : pair(fast), 0)
        let bound = min(isTruncated ? pair(slow).rounded(.up) : pair(slow), Double(dimensions - 1))
        let last = first == bound ? bound + 0.001 : bound
        return RotaryScaling(
            factors: (0..<dimensions / 2).map { index in
                let slowed = min(1, max(0, (Double(index) - first) / (last - first)))
                return slowed / factor + (1 - slowed)
            }, magnitude: magnitude)
    }
}
