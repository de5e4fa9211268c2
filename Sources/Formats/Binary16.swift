/// IEEE 754 binary16 as bit patterns, in portable integer arithmetic (`Swift.Float16` does not exist on every machine).
public enum Binary16 {
    /// The binary32 number of the same value; exact for every pattern. NaN gives the canonical NaN.
    @inlinable
    public static func widened(_ pattern: UInt16) -> Float {
        let sign = UInt32(pattern & 0x8000) << 16
        let exponent = UInt32(pattern >> 10) & 0x1F
        let fraction = UInt32(pattern & 0x3FF)
        switch exponent {
        case 0:
            // Subnormal: fraction * 2^-24, exact because the fraction has 10 bits.
            return Float(bitPattern: (Float(fraction) * 0x1p-24).bitPattern | sign)
        case 31:
            return fraction == 0 ? Float(bitPattern: sign | 0x7F80_0000) : Float(bitPattern: 0x7FC0_0000)
        default:
            // The bias grows from 15 to 127.
            return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The nearest binary16 number, ties to even; from 65520 on it is infinity. NaN gives 0x7E00.
    @inlinable
    public static func narrowed(_ x: Float) -> UInt16 {
        let sign = UInt16(truncatingIfNeeded: x.bitPattern >> 16) & 0x8000
        let magnitude = x.bitPattern & 0x7FFF_FFFF
        guard magnitude <= 0x7F80_0000 else { return 0x7E00 }
        // 65520 = 0x477FF000 is half way between the greatest number, 65504, and 65536.
        guard magnitude < 0x477F_F000 else { return sign | 0x7C00 }
        guard magnitude >= 0x3880_0000 else { return sign | subnormal(magnitude) }
        // Normal from 2^-14: drop 13 bits. A carry out of the fraction moves on to the exponent, as it should.
        let rebiased = magnitude - 112 << 23
        return sign | UInt16(truncatingIfNeeded: (rebiased + 0xFFF + (rebiased >> 13 & 1)) >> 13)
    }

    /// Magnitudes below 2^-14: the nearest multiple of 2^-24, ties to even.
    @inlinable
    static func subnormal(_ magnitude: UInt32) -> UInt16 {
        let exponent = magnitude >> 23
        // Below 2^-25 everything rounds to zero (2^-25 itself is a tie to even).
        guard exponent >= 102 else { return 0 }
        let significand = UInt64(magnitude & 0x7F_FFFF | 0x80_0000)
        let units = RoundingRule.halfToEven.dividedByPowerOfTwo(Int64(significand), shift: Int(126 - exponent))
        return UInt16(truncatingIfNeeded: units)
    }
}
