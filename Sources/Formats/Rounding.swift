extension RoundingRule {
    /// `x` rounded to an integral value, which stays a `Float`. Exact for every input: no intermediate sum rounds.
    ///
    ///     value            -2.5  -1.5  -0.5   0.5   1.5   2.5
    ///     halfToEven       -2.0  -2.0  -0.0   0.0   2.0   2.0
    ///     halfUp           -2.0  -1.0  -0.0   1.0   2.0   3.0
    ///     halfAwayFromZero -3.0  -2.0  -1.0   1.0   2.0   3.0
    ///
    /// A zero result has the sign of `x`; infinities are kept; NaN gives the canonical NaN.
    @inlinable
    public func round(_ x: Float) -> Float {
        let magnitude = x.magnitude
        guard magnitude < 0x1p23 else { return Elementary.canonical(x) }
        // Adding 2^23 leaves no room for a fraction, so the addition itself rounds half to even.
        let even = (magnitude + 0x1p23) - 0x1p23
        let tie = magnitude - even
        let rounded: Float =
            switch self {
            case .halfToEven: even
            case .halfUp: x < 0 ? (tie == -0.5 ? even - 1 : even) : (tie == 0.5 ? even + 1 : even)
            case .halfAwayFromZero: tie == 0.5 ? even + 1 : even
            }
        return Float(bitPattern: rounded.bitPattern | (x.bitPattern & 0x8000_0000))
    }

    /// The same in binary64; NaN gives the quiet NaN 0x7FF8000000000000.
    @inlinable
    public func round(_ x: Double) -> Double {
        let magnitude = x.magnitude
        guard magnitude < 0x1p52 else { return x.isNaN ? Double(bitPattern: 0x7FF8_0000_0000_0000) : x }
        let even = (magnitude + 0x1p52) - 0x1p52
        let tie = magnitude - even
        let rounded: Double =
            switch self {
            case .halfToEven: even
            case .halfUp: x < 0 ? (tie == -0.5 ? even - 1 : even) : (tie == 0.5 ? even + 1 : even)
            case .halfAwayFromZero: tie == 0.5 ? even + 1 : even
            }
        return Double(bitPattern: rounded.bitPattern | (x.bitPattern & 0x8000_0000_0000_0000))
    }

    /// `product / 2^shift`, rounded by this rule from the exact quotient: the rounding right shift of integer hardware.
    ///
    ///     product / 2^shift  -5/2  -3/2  -1/2   1/2   3/2   5/2
    ///     halfToEven           -2    -2     0     0     2     2
    ///     halfUp               -2    -1     0     1     2     3
    ///     halfAwayFromZero     -3    -2    -1     1     2     3
    ///
    /// Every shift is allowed: from 65 on the result is 0; a negative shift multiplies, saturating at the ends of `Int64`.
    @inlinable
    public func dividedByPowerOfTwo(_ product: Int64, shift: Int) -> Int64 {
        guard shift > 0 else { return Self.multipliedByPowerOfTwo(product, exponent: shift) }
        guard shift <= 64 else { return 0 }
        let floor = product >> Int64(shift)
        let half: UInt64 = 1 << UInt64(shift - 1)
        let remainder = UInt64(bitPattern: product) & (half | (half - 1))
        let roundsUp: Bool =
            switch self {
            case .halfToEven: remainder > half || (remainder == half && floor & 1 == 1)
            case .halfUp: remainder >= half
            case .halfAwayFromZero: remainder > half || (remainder == half && product >= 0)
            }
        return roundsUp ? floor + 1 : floor
    }

    /// `product * 2^-exponent` for an exponent that is not positive, saturating.
    @inlinable
    static func multipliedByPowerOfTwo(_ product: Int64, exponent: Int) -> Int64 {
        guard product != 0 else { return 0 }
        // Below -64 every product but zero is out of range; the bound also keeps the negation from overflowing.
        let shifted = exponent > -64 ? product << Int64(-exponent) : 0
        guard exponent > -64, shifted >> Int64(-exponent) == product else { return product < 0 ? .min : .max }
        return shifted
    }
}

/// `product / 2^shift` by a named rule; see `RoundingRule.dividedByPowerOfTwo`.
@inlinable
public func dividedByPowerOfTwo(_ product: Int64, shift: Int, rule: RoundingRule) -> Int64 {
    rule.dividedByPowerOfTwo(product, shift: shift)
}
