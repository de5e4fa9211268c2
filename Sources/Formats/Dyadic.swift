/// A positive ratio as an integer multiplier and a right shift, `multiplier / 2^shift`: requantisation without division.
///
/// HAWQ-V3 (arXiv 2011.10680, section 3.1). For a ratio R = m * 2^e with m in [0.5, 1):
/// multiplier = floor(m * 2^31 + 0.5), shift = 31 - e. The multiplier has 31 bits, or is 2^31 when m rounds up to 1.
public struct Dyadic: Hashable, Sendable {
    /// Magnitude of at most 2^31, so that the product with any `Int32` is exact in 64 bits.
    public let multiplier: Int64
    /// Right shift in bits; negative shifts to the left.
    public let shift: Int

    /// A multiplier and shift given by name, such as those of an exported model. A multiplier beyond +-2^31 is a
    /// programming error: readers of files hold it as 32 bits.
    public init(multiplier: Int64, shift: Int) {
        precondition(multiplier.magnitude <= 1 << 31, "a dyadic multiplier has at most 32 bits")
        self.multiplier = multiplier
        self.shift = shift
    }

    /// The nearest dyadic number of 31 bits; `nil` unless the ratio is positive and finite.
    public init?(ratio: Double) {
        guard ratio > 0, ratio.isFinite else { return nil }
        // `significand` is normal, in [1, 2), for subnormal ratios too: m = significand / 2, as 53 bits with 22 to drop.
        let significand = Int64(ratio.significand.significandBitPattern | 1 << 52)
        multiplier = (significand + 1 << 21) >> 22
        shift = 31 - (Int(ratio.exponent) + 1)
    }

    /// `accumulator * multiplier / 2^shift`, rounded once from the exact value, saturating at the ends of `Int64`
    /// (which only a negative shift can reach).
    @inlinable
    public func apply(_ accumulator: Int32, rounding: RoundingRule) -> Int64 {
        rounding.dividedByPowerOfTwo(Int64(accumulator) * multiplier, shift: shift)
    }
}
