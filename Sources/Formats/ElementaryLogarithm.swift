extension Elementary {
    /// ln x, from x = m * 2^n with m in [sqrt(1/2), sqrt 2): n ln 2 + ln(1 + f), f = m - 1.
    ///
    /// log(+-0) = -infinity, log(1) = +0, log(infinity) = infinity, NaN for negative x.
    @inlinable
    public static func log(_ x: Float) -> Float {
        guard x > 0, x < .infinity else {
            return x == 0 ? -.infinity : (x == .infinity ? x : notANumber)
        }
        // A subnormal number is scaled by 2^24, exactly.
        let isSubnormal = x < 0x1p-126
        let bits = Int32(bitPattern: (isSubnormal ? x * 0x1p24 : x).bitPattern)
        // Counted from sqrt(1/2), exponents of m change at sqrt 2.
        let n = (bits &- 0x3F35_04F3) &>> 23
        let f = Float(bitPattern: UInt32(bitPattern: bits &- n &<< 23)) - 1
        let count = Float(isSubnormal ? n &- 24 : n)
        let s = f * f
        let tail = f * (s * logarithmTail(f)) - 0.5 * s
        // count * 15 bits of ln 2 is exact.
        let high = count * 0x1.62e4p-1
        let low = count * 0x1.7f7d1cp-20
        return high + (f + (tail + low))
    }

    /// (ln(1 + f) - f + f^2 / 2) / f^3 for sqrt(1/2) - 1 <= f < sqrt 2 - 1, within 2^-25.
    @inlinable
    static func logarithmTail(_ f: Float) -> Float {
        let high = ((0x1.1d8ea6p-4 * f - 0x1.d635bcp-4) * f + 0x1.dea282p-4) * f - 0x1.fcf4c6p-4
        let middle = ((high * f + 0x1.23d21ap-3) * f - 0x1.555b4ap-3) * f + 0x1.999d5ap-3
        return (middle * f - 0x1.fffffcp-3) * f + 0x1.555554p-2
    }
}
