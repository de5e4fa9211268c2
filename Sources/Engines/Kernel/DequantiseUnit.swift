import Formats

/// The unit in front of a float array that makes an f16 operand of an integer weight: f16(f32((u - zero) * scale)).
public enum DequantiseUnit {
    /// The f16 code of a weight, its zero point subtracted: one f32 multiplication, then one rounding (ties to even;
    /// infinity beyond the greatest number; NaN as 0x7E00).
    public static func code(_ difference: Int, scale: Float) -> UInt32 {
        let product = Float(difference) * scale
        let sign: UInt32 = product.sign == .minus ? 0x8000 : 0
        let field = Int(product.bitPattern >> 23 & 0xFF)
        let fraction = Int64(product.bitPattern & 0x7F_FFFF)
        if field == 0xFF { return fraction == 0 ? sign | 0x7C00 : 0x7E00 }
        // significand * 2^exponent, in units of the f16 numbers around it: 2^-24 below 2^-14.
        let significand = field == 0 ? fraction : fraction | 1 << 23
        let exponent = max(field, 1) - 150
        let highest = Int64.bitWidth - 1 - significand.leadingZeroBitCount + exponent
        let unit = max(highest, -14) - 10
        let shift = min(unit - exponent, 62)
        let rounded = RoundingRule.halfToEven.dividedByPowerOfTwo(significand, shift: shift)
        // A carry out of the fraction lands in the exponent, as it should.
        let magnitude = (unit + 24) << 10 + Int(rounded)
        return sign | UInt32(min(magnitude, 0x7C00))
    }
}
