extension DoubleDouble {
    /// ln 2 to 106 bits.
    private static let naturalLogarithmOf2 = DoubleDouble(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56)

    /// 1 / n, n = 0...24 (the entry 0 is unused).
    private static let reciprocals = (0...24).map { $0 == 0 ? DoubleDouble(0) : DoubleDouble.reciprocal(of: $0) }

    /// e^x for |x| < 700, relative error below 2^-95: x = n ln 2 + r, then the Taylor series of e^r to r^24.
    static func exponential(_ x: DoubleDouble) -> DoubleDouble {
        let count = RoundingRule.halfToEven.round(x.high * 0x1.71547652b82fep0)
        let r = x - naturalLogarithmOf2 * DoubleDouble(count)
        var sum = DoubleDouble(1)
        for n in (1...24).reversed() { sum = DoubleDouble(1) + r * reciprocals[n] * sum }
        return sum.scaled(byPowerOfTwo: Int(count))
    }

    /// ln x for positive, finite x, absolute error below 2^-95.
    ///
    /// x = m * 2^e with m in [0.75, 1.5); ln m by Newton's iteration y <- y + m e^-y - 1, which squares the error (half
    /// of it): from m - 1, at most 0.1 off, six steps are enough.
    static func logarithm(_ x: Double) -> DoubleDouble {
        let large = x.significand >= 1.5
        let m = large ? x.significand * 0.5 : x.significand
        let exponent = Int(x.exponent) + (large ? 1 : 0)
        var y = DoubleDouble(m - 1)
        for _ in 0..<6 { y = y + (DoubleDouble(m) * exponential(-y) - DoubleDouble(1)) }
        return y + naturalLogarithmOf2 * DoubleDouble(Double(exponent))
    }
}
