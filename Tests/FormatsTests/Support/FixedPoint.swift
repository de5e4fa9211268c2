/// Fixed point with 100 fraction bits in 128: the exact side of the error tables. Values stay below 2^12, angles below 2^18.
enum FixedPoint {
    static let fractionBits = 100
    static let one = Int128(1) << 100
    /// ln 2, 2 / sqrt(pi) and pi / 2, to 100 bits; `ElementaryReferenceTests` derives them again.
    static let naturalLogarithmOf2: Int128 = 0xB_1721_7F7D_1CF7_9ABC_9E3B_3980
    static let twoOverRootPi: Int128 = 0x12_0DD7_5042_9B6D_11AE_3A91_4FED
    static let halfOfPi: Int128 = 0x19_21FB_5444_2D18_4698_98CC_5170

    /// a * b, by halves of 50 bits; off by less than 2^-99.
    static func product(_ a: Int128, _ b: Int128) -> Int128 {
        let mask = (Int128(1) << 50) - 1
        let (aHigh, aLow) = (a >> 50, a & mask)
        let (bHigh, bLow) = (b >> 50, b & mask)
        return aHigh * bHigh + (aHigh * bLow + aLow * bHigh + (aLow * bLow) >> 50) >> 50
    }

    /// a / b for 0 <= a < 4 and b >= 1/2, by long division: 100 fraction bits.
    static func quotient(_ a: Int128, _ b: Int128) -> Int128 {
        let dividend = (high: UInt128(a) >> 28, low: UInt128(a) << 100)
        return Int128(UInt128(b).dividingFullWidth(dividend).quotient)
    }

    /// A binary32 number of magnitude below 2^18; bits below 2^-100 are dropped.
    static func number(_ x: Float) -> Int128 {
        let (integer, exponent) = x.integerAndExponent
        let shift = exponent + fractionBits
        return shift >= 0 ? integer << shift : integer >> -shift
    }
}

extension Float {
    /// x = integer * 2^exponent, exactly, for finite x.
    var integerAndExponent: (integer: Int128, exponent: Int) {
        let field = Int(bitPattern & 0x7F80_0000) >> 23
        let fraction = Int128(bitPattern & 0x7F_FFFF)
        let integer = field == 0 ? fraction : fraction | 0x80_0000
        return (sign == .minus ? -integer : integer, max(field, 1) - 150)
    }
}
