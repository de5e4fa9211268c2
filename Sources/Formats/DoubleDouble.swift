/// An unevaluated sum of two binary64 numbers, about 104 bits: `high` is the sum rounded to binary64.
///
/// T. J. Dekker, "A floating-point technique for extending the available precision", 1971; D. E. Knuth, TAOCP volume 2,
/// section 4.2.2. IEEE add, subtract and multiply only; products are split, not fused, so all machines agree.
struct DoubleDouble: Sendable {
    var high: Double
    var low: Double

    init(_ high: Double, _ low: Double = 0) {
        self.high = high
        self.low = low
    }

    /// a + b without error (Knuth's TwoSum).
    static func exactSum(_ a: Double, _ b: Double) -> DoubleDouble {
        let sum = a + b
        let partOfB = sum - a
        return DoubleDouble(sum, (a - (sum - partOfB)) + (b - partOfB))
    }

    /// The same when |a| >= |b| or a = 0 (Dekker's Fast2Sum).
    static func exactOrderedSum(_ a: Double, _ b: Double) -> DoubleDouble {
        let sum = a + b
        return DoubleDouble(sum, b - (sum - a))
    }

    /// a * b without error, for factors below 2^996 (Veltkamp's split into halves of 26 bits).
    static func exactProduct(_ a: Double, _ b: Double) -> DoubleDouble {
        let product = a * b
        let (aHigh, aLow) = split(a)
        let (bHigh, bLow) = split(b)
        let error = ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow
        return DoubleDouble(product, error)
    }

    private static func split(_ a: Double) -> (high: Double, low: Double) {
        let scaled = a * 0x1.0000002p27
        let high = scaled - (scaled - a)
        return (high, a - high)
    }

    static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let high = exactSum(a.high, b.high)
        let low = exactSum(a.low, b.low)
        let sum = exactOrderedSum(high.high, high.low + low.high)
        return exactOrderedSum(sum.high, sum.low + low.low)
    }

    static prefix func - (a: DoubleDouble) -> DoubleDouble { DoubleDouble(-a.high, -a.low) }

    static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble { a + -b }

    static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let product = exactProduct(a.high, b.high)
        return exactOrderedSum(product.high, product.low + (a.high * b.low + a.low * b.high))
    }

    /// Exact unless a part leaves the range of binary64.
    func scaled(byPowerOfTwo exponent: Int) -> DoubleDouble {
        let factor = Double(sign: .plus, exponent: exponent, significand: 1)
        return DoubleDouble(high * factor, low * factor)
    }

    /// 1 / n for n >= 1, by Newton's iteration without division: the error is squared seven times, from 1/2.
    static func reciprocal(of n: Int) -> DoubleDouble {
        let n = Double(n)
        var y = DoubleDouble(Double(sign: .plus, exponent: -n.exponent - 1, significand: 1))
        for _ in 0..<7 { y = y + y * (DoubleDouble(1) - DoubleDouble(n) * y) }
        return y
    }
}
