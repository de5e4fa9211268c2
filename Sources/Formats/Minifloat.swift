/// Floating-point formats of at most eight bits (OCP 8-bit Floating Point 1.0 and OCP Microscaling Formats 1.0):
/// sign, exponent, fraction; value = (-1)^s 2^(e - bias) (1 + f / 2^m), subnormal for e = 0.
public enum Minifloat: String, Hashable, Sendable, CaseIterable {
    /// bias 7, greatest 448; S.1111.111 is NaN, there is no infinity.
    case e4m3
    /// bias 15, greatest 57344; infinities and NaN as IEEE 754 has them.
    case e5m2
    /// bias 1, greatest 7.5; every code is a number.
    case e2m3
    /// bias 3, greatest 28; every code is a number.
    case e3m2
    /// bias 1, greatest 6; every code is a number.
    case e2m1

    /// Codes of the top exponent that are no numbers.
    public enum Specials: Hashable, Sendable { case none, oneNaN, infinityAndNaN }

    public var exponentBits: Int {
        switch self {
        case .e4m3: 4
        case .e5m2: 5
        case .e2m3, .e2m1: 2
        case .e3m2: 3
        }
    }

    public var fractionBits: Int {
        switch self {
        case .e4m3, .e2m3: 3
        case .e5m2, .e3m2: 2
        case .e2m1: 1
        }
    }

    public var specials: Specials {
        switch self {
        case .e4m3: .oneNaN
        case .e5m2: .infinityAndNaN
        case .e2m3, .e3m2, .e2m1: .none
        }
    }

    public var bits: Int { 1 + exponentBits + fractionBits }
    public var bias: Int { (1 << (exponentBits - 1)) - 1 }

    /// Code of the greatest finite number.
    public var greatestCode: UInt8 {
        let all = UInt8((1 << (bits - 1)) - 1)
        switch specials {
        case .none: return all
        case .oneNaN: return all - 1
        case .infinityAndNaN: return all - UInt8(1 << fractionBits)
        }
    }

    public var greatest: Float { widened(greatestCode) }

    /// The code that a NaN becomes: the quiet NaN, or +0 where the format has none.
    public var codeOfNaN: UInt8 {
        switch specials {
        case .none: 0
        case .oneNaN: greatestCode + 1
        case .infinityAndNaN: greatestCode + 1 + UInt8(1 << (fractionBits - 1))
        }
    }

    /// The binary32 number of a code, exactly; bits above `bits` are ignored. NaN gives the canonical NaN.
    @inlinable
    public func widened(_ code: UInt8) -> Float {
        let magnitude = Int(code) & ((1 << (bits - 1)) - 1)
        let sign: UInt32 = Int(code) >> (bits - 1) & 1 == 1 ? 0x8000_0000 : 0
        if magnitude > Int(greatestCode) {
            let isInfinity = specials == .infinityAndNaN && magnitude == Int(greatestCode) + 1
            return isInfinity ? Float(bitPattern: sign | 0x7F80_0000) : Float(bitPattern: 0x7FC0_0000)
        }
        let exponent = magnitude >> fractionBits
        let fraction = magnitude & ((1 << fractionBits) - 1)
        // A power of two by its exponent field; both factors are exact and so is the product.
        let significand = exponent == 0 ? fraction : fraction + 1 << fractionBits
        let power = Float(bitPattern: UInt32(max(exponent, 1) - bias - fractionBits + 127) << 23)
        return Float(bitPattern: (Float(significand) * power).bitPattern | sign)
    }

    /// The nearest code, ties to even; beyond the greatest number (infinities too) the greatest of that sign.
    /// NaN gives `codeOfNaN`.
    @inlinable
    public func narrowed(_ x: Float) -> UInt8 {
        guard x == x else { return codeOfNaN }
        let sign: UInt8 = x.sign == .minus ? UInt8(1 << (bits - 1)) : 0
        let magnitude = x.magnitude
        guard magnitude < greatest else { return sign | greatestCode }
        let exponent = Int(magnitude.bitPattern >> 23) - 127
        let lowest = 1 - bias
        // One unit in the last place is 2^(e - m); scaling by its inverse is exact unless the result is below 1/2.
        let unit = max(exponent, lowest) - fractionBits
        let units = (magnitude * Float(bitPattern: UInt32(127 - unit) << 23)).rounded(.toNearestOrEven)
        // A carry out of the fraction moves on to the exponent, as it should.
        let steps = Int(units) + (max(exponent, lowest) - lowest) << fractionBits
        return sign | min(UInt8(steps), greatestCode)
    }
}
