import BigInt
import Testing

/// The 128-bit reference against whole-number arithmetic of 600 bits and plainer series.
@Suite struct ElementaryReferenceTests {
<<<<<<< HEAD
    typealias Wide = WideArithmetic

    /// Whether two values agree to 60 bits.
    static func agree(_ value: ExactValue, _ exact: BigInt) -> Bool {
        let shift = Wide.bits + value.exponent - FixedPoint.fractionBits
=======
    static let bits = 600
    static let one = BigInt(1) << bits

    static func number(_ x: Float) -> BigInt {
        let (integer, exponent) = x.integerAndExponent
        return (BigInt(integer) << bits) >> -exponent
    }

    /// e^a for a >= 0, by the Taylor series at a itself.
    static func exponential(_ a: BigInt) -> BigInt {
        var (term, sum, k) = (one, one, 1)
        while term > 0 {
            term = ((term * a) >> bits) / BigInt(k)
            sum += term
            k += 1
        }
        return sum
    }

    static func exp(_ x: Float) -> BigInt {
        let power = exponential(number(x.magnitude))
        return x < 0 ? (one << bits) / power : power
    }

    /// The Maclaurin series, signs alternating.
    static func erf(_ x: Float) -> BigInt {
        let a = number(x)
        let square = (a * a) >> bits
        var (power, sum, n) = (a, a, 1)
        while power.magnitude > 0 && n < 2000 {
            power = ((-power * square) >> bits) / BigInt(n)
            sum += power / BigInt(2 * n + 1)
            n += 1
            if power.magnitude < 2 { break }
        }
        return ((sum * 2) << bits) / rootOfPi
    }

    /// pi by Machin's formula.
    static let rootOfPi: BigInt = {
        func arctangent(ofOneOver n: Int) -> BigInt {
            var (power, sum, k) = (one / BigInt(n), one / BigInt(n), 1)
            while power != 0 {
                power = -power / BigInt(n * n)
                sum += power / BigInt(2 * k + 1)
                k += 1
            }
            return sum
        }
        let pi = 16 * arctangent(ofOneOver: 5) - 4 * arctangent(ofOneOver: 239)
        return BigInt((pi << bits).magnitude.squareRoot())
    }()

    /// Whether two values agree to 60 bits.
    static func agree(_ value: ExactValue, _ exact: BigInt) -> Bool {
        let shift = bits + value.exponent - FixedPoint.fractionBits
>>>>>>> reference
        let scaled = shift >= 0 ? BigInt(value.mantissa) << shift : BigInt(value.mantissa) >> -shift
        return (scaled - exact).magnitude <= exact.magnitude >> 60
    }

    static func samples(below limit: Float) -> [Float] {
        var random = SplitMix64(seed: 6)
        let spread = (0..<150).map { _ in Float.random(in: -1...1, using: &random) * limit }
<<<<<<< HEAD
        let small = (0..<60).map {
            Float(sign: .plus, exponent: -2 * $0, significand: .random(in: 1..<2, using: &random))
        }
=======
        let small = (0..<60).map { Float(sign: .plus, exponent: -2 * $0, significand: .random(in: 1..<2, using: &random)) }
>>>>>>> reference
        return spread + small.map { $0.magnitude < limit ? $0 : 0.5 } + small.map { -$0 / 4 }
    }

    @Test func constantsAreRight() {
<<<<<<< HEAD
        #expect((BigInt(FixedPoint.naturalLogarithmOf2) - Wide.naturalLogarithmOf2 >> 500).magnitude <= 1)
        #expect((BigInt(FixedPoint.twoOverRootPi) - (Wide.one << 101) / Wide.rootOfPi).magnitude <= 1)
    }

    @Test func exponentialAgrees() {
        for x in Self.samples(below: 88) { #expect(Self.agree(ElementaryReference.exp(x), Wide.exp(x)), "\(x)") }
        for x: Float in [-88, -95.5, -103.9] { #expect(Self.agree(ElementaryReference.exp(x), Wide.exp(x)), "\(x)") }
=======
        let logarithm = Self.number(1)
        #expect(logarithm == Self.one)
        // ln 2 = sum of 1 / (k 2^k).
        let ln2 = (1...700).reduce(BigInt(0)) { $0 + (Self.one >> $1) / BigInt($1) }
        #expect((BigInt(FixedPoint.naturalLogarithmOf2) - ln2 >> 500).magnitude <= 1)
        #expect((BigInt(FixedPoint.twoOverRootPi) - (Self.one << 101) / Self.rootOfPi).magnitude <= 1)
    }

    @Test func exponentialAgrees() {
        for x in Self.samples(below: 88) { #expect(Self.agree(ElementaryReference.exp(x), Self.exp(x)), "\(x)") }
        for x: Float in [-88, -95.5, -103.9] { #expect(Self.agree(ElementaryReference.exp(x), Self.exp(x)), "\(x)") }
>>>>>>> reference
    }

    @Test func sigmoidAgrees() {
        for x in Self.samples(below: 100) {
<<<<<<< HEAD
            let exact = (Wide.one << Wide.bits) / (Wide.one + Wide.exp(-x))
=======
            let exact = (Self.one << Self.bits) / (Self.one + Self.exp(-x))
>>>>>>> reference
            #expect(Self.agree(ElementaryReference.sigmoid(x), exact), "\(x)")
        }
    }

    @Test func hyperbolicTangentAgrees() {
        for x in Self.samples(below: 12) {
<<<<<<< HEAD
            let square = Wide.exp(2 * x)
            let exact = ((square - Wide.one) << Wide.bits) / (square + Wide.one)
=======
            let square = Self.exp(2 * x)
            let exact = ((square - Self.one) << Self.bits) / (square + Self.one)
>>>>>>> reference
            #expect(Self.agree(ElementaryReference.tanh(x), exact), "\(x)")
        }
    }

    @Test func errorFunctionAgrees() {
<<<<<<< HEAD
        for x in Self.samples(below: 5) { #expect(Self.agree(ElementaryReference.erf(x), Wide.erf(x)), "\(x)") }
=======
        for x in Self.samples(below: 5) { #expect(Self.agree(ElementaryReference.erf(x), Self.erf(x)), "\(x)") }
>>>>>>> reference
    }

    /// 1 / sqrt(m) by the integer square root, to 150 bits.
    @Test func reciprocalSquareRootResidueAgrees() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<300 {
            let m = Float.random(in: 1..<4, using: &random)
            let y = Float(1 / Double(m).squareRoot()) + Float(Int.random(in: -3...3, using: &random)) * 0x1p-24
            let (a, p) = m.integerAndExponent
            let exact = BigInt((BigInt(1) << (400 - p) / BigInt(a)).magnitude.squareRoot())
            let (b, q) = y.integerAndExponent
            let difference = (BigInt(b) << (200 + q)) - exact
            let expected = Double(Int64(difference.magnitude >> 126)) * 0x1p-50
            #expect(abs(ElementaryReference.reciprocalSquareRootError(m, y) - expected) < 1e-5)
        }
    }
}
