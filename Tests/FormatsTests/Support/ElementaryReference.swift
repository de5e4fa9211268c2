/// A real number as mantissa * 2^exponent, the mantissa having 100 fraction bits: at least 60 correct bits follow the
/// first.
struct ExactValue {
    var mantissa: Int128
    var exponent: Int

    init(_ mantissa: Int128, exponent: Int = 0) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    /// ratio * x, for a ratio in fixed point.
    init(_ ratio: Int128, times x: Float) {
        let (integer, exponent) = x.integerAndExponent
        self.init(integer * ratio, exponent: exponent)
    }

    /// |computed - exact| in units in the last place of the exact value's binade (2^-149 for subnormal values).
    func error(of computed: Float) -> Double {
        guard mantissa != 0 else { return computed == 0 ? 0 : .infinity }
        let top = 127 - mantissa.magnitude.leadingZeroBitCount
        let binade = top - FixedPoint.fractionBits + exponent
        let unit = max(binade - 23, -149)
        // Both numbers in units of 2^(unit - 72): 24 + 72 bits.
        let (integer, power) = computed.integerAndExponent
        let computedUnits = Self.shifted(integer, by: power - unit + 72)
        let exactUnits = Self.shifted(mantissa, by: exponent - FixedPoint.fractionBits - unit + 72)
        return Double((computedUnits - exactUnits).magnitude) * 0x1p-72
    }

    private static func shifted(_ value: Int128, by count: Int) -> Int128 {
        count >= 0 ? value << count : value >> -count
    }
}

/// The elementary functions in fixed point, by other formulas than `Formats` uses.
enum ElementaryReference {
    /// e^x = 2^n e^r, 0 <= r < ln 2, by the Taylor series.
    static func exp(_ x: Float) -> ExactValue {
        let n = (Double(x) * 1.4426950408889634).rounded(.down)
        let r = FixedPoint.number(x) - Int128(n) * FixedPoint.naturalLogarithmOf2
        var sum = FixedPoint.one
        for k in (1...30).reversed() { sum = FixedPoint.one + FixedPoint.product(r, sum) / Int128(k) }
        return ExactValue(sum, exponent: Int(n))
    }

    /// n ln 2 + 2 artanh((m - 1) / (m + 1)) for x = m 2^n > 0, 1 <= m < 2, by the series.
    static func log(_ x: Float) -> ExactValue {
        let m = FixedPoint.number(x.significand)
        let ratio = FixedPoint.quotient(m - FixedPoint.one, m + FixedPoint.one)
        let square = FixedPoint.product(ratio, ratio)
        var (power, sum, k) = (ratio, ratio, Int128(3))
        while power > 1 {
            power = FixedPoint.product(power, square)
            sum += power / k
            k += 2
        }
        return ExactValue(2 * sum + Int128(x.exponent) * FixedPoint.naturalLogarithmOf2)
    }

    /// The sine of x + quarters * pi / 2, |x| <= 2^17: multiples of pi / 2 are taken off, then the Taylor series. Below 2^-20, where x
    /// has fewer bits, x (1 - x^2 / 6 + x^4 / 120).
    static func sine(_ x: Float, quarters: Int = 0) -> ExactValue {
        let turns = FixedPoint.number(x) / FixedPoint.halfOfPi
        let r = FixedPoint.number(x) - turns * FixedPoint.halfOfPi
        let s = FixedPoint.product(r, r)
        let quadrant = (Int(turns) + quarters) & 3
        if quadrant == 0, x.magnitude < 0x1p-20 {
            return ExactValue(FixedPoint.one - s / 6 + FixedPoint.product(s, s) / 120, times: x)
        }
        // Terms r^n / n!, odd n for the sine, even ones for the cosine.
        let isOdd = quadrant & 1 == 0
        var sum = FixedPoint.one
        for n in stride(from: isOdd ? 37 : 36, to: 1, by: -2) { sum = FixedPoint.one - FixedPoint.product(s, sum) / Int128(n * (n - 1)) }
        if isOdd { sum = FixedPoint.product(r, sum) }
        return ExactValue(quadrant < 2 ? sum : -sum)
    }

    /// 1 / (1 + t) or t / (1 + t), t = e^-|x|.
    static func sigmoid(_ x: Float) -> ExactValue {
        let t = exp(-x.magnitude)
        let denominator = FixedPoint.one + t.mantissa >> min(127, -t.exponent)
        return x < 0
            ? ExactValue(FixedPoint.quotient(t.mantissa, denominator), exponent: t.exponent)
            : ExactValue(FixedPoint.quotient(FixedPoint.one, denominator))
    }

    /// (1 - u) / (1 + u), u = e^-2|x|; below 2^-20, where that cancels, x (1 - x^2 / 3 + 2 x^4 / 15).
    static func tanh(_ x: Float) -> ExactValue {
        let a = x.magnitude
        guard a >= 0x1p-20 else {
            let s = FixedPoint.product(FixedPoint.number(a), FixedPoint.number(a))
            return ExactValue(FixedPoint.one - s / 3 + 2 * FixedPoint.product(s, s) / 15, times: x)
        }
        let power = exp(-2 * a)
        let u = power.mantissa >> min(127, -power.exponent)
        let quotient = FixedPoint.quotient(FixedPoint.one - u, FixedPoint.one + u)
        return ExactValue(x < 0 ? -quotient : quotient)
    }

    /// 2 / sqrt(pi) x e^-x^2 * sum of (2x^2)^n / (1 * 3 * 5 * ... * (2n + 1)): all terms positive. For |x| <= 5.
    static func erf(_ x: Float) -> ExactValue {
        let square = FixedPoint.product(FixedPoint.number(x.magnitude), FixedPoint.number(x.magnitude))
        let powerOfE = exponential(ofMinus: square)
        var term = FixedPoint.product(FixedPoint.twoOverRootPi, powerOfE)
        var sum = term
        var odd: Int128 = 3
        while term > 0 {
            term = FixedPoint.product(term, 2 * square) / odd
            sum += term
            odd += 2
        }
        return ExactValue(sum, times: x)
    }

    /// e^-s in fixed point, 0 <= s <= 25.
    private static func exponential(ofMinus s: Int128) -> Int128 {
        let n = s / FixedPoint.naturalLogarithmOf2 + 1
        let r = n * FixedPoint.naturalLogarithmOf2 - s
        var sum = FixedPoint.one
        for k in (1...30).reversed() { sum = FixedPoint.one + FixedPoint.product(r, sum) / Int128(k) }
        return sum >> n
    }

    /// Error of y as 1 / sqrt(m), 1 <= m < 4, in units in the last place, from the exact residue e = m y^2 - 1:
    /// y - 1 / sqrt(m) = y (1 - (1 + e)^(-1/2)) = y (e / 2 - 3 e^2 / 8 + ...).
    static func reciprocalSquareRootError(_ m: Float, _ y: Float) -> Double {
        let (a, p) = m.integerAndExponent
        let (b, q) = y.integerAndExponent
        let residue = a * b * b - Int128(1) << (-p - 2 * q)
        let e = Double(residue) * Double(sign: .plus, exponent: p + 2 * q, significand: 1)
        // 1 / sqrt(m) lies in (1/2, 1], and is 1 for m = 1 only.
        return (Double(y) * (e / 2 - 3 * e * e / 8)).magnitude * (m == 1 ? 0x1p23 : 0x1p24)
    }
}
