/// Magnitudes of flint (ANT, MICRO 2022): the exponent is coded by a run of zeros. With w = bits - 1, b the highest bit of
/// a code, r the others, and l the leading zeros of r: p = w - l (b = 0) or w + 1 + l (b = 1); the mantissa is r shifted
/// left by l + 1, cut to w bits; magnitude = 2^(p - 1) * (1 + mantissa / 2^w). Code 0 is zero.
public struct Flint: Hashable, Sendable {
    /// Bits of a code, without sign.
    public let bits: Int

    public init(bits: Int) { self.bits = bits }

    /// The number of a code: integers below 2^w as they are, the others with an odd integer.
    public func number(_ code: Int) -> ExponentInteger {
        guard code != 0 else { return .zero }
        let width = bits - 1
        let rest = code & (1 << width - 1)
        // A run over all of r counts it whole.
        let zeros = width - (Int.bitWidth - rest.leadingZeroBitCount)
        let isUpper = code >> width == 1
        let exponent = isUpper ? width + zeros : width - zeros - 1
        let significand = 1 << width + (rest << (zeros + 1)) & (1 << width - 1)
        let value = exponent >= width ? significand << (exponent - width) : significand >> (width - exponent)
        guard isUpper else { return ExponentInteger(0, value) }
        return ExponentInteger(value.trailingZeroBitCount, value >> value.trailingZeroBitCount)
    }

    /// Codes in ascending order of their magnitudes.
    public var ascendingCodes: [Int] {
        (0..<1 << bits).sorted { number($0).value < number($1).value }
    }
}
