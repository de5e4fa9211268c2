import BigInt
import Formats
import Testing

/// The 128-bit reference against whole-number arithmetic of 600 bits and plainer series.
@Suite struct ElementaryReferenceTests {
    typealias Wide = WideArithmetic

    /// Whether two values agree to 60 bits.
    static func agree(_ value: ExactValue, _ exact: BigInt) -> Bool {
        let shift = Wide.bits + value.exponent - FixedPoint.fractionBits
        let scaled = shift >= 0 ? BigInt(value.mantissa) << shift : BigInt(value.mantissa) >> -shift
        return (scaled - exact).magnitude <= exact.magnitude >> 60
    }

    static func samples(below limit: Float) -> [Float] {
        var random = SplitMix64(seed: 6)
        let spread = (0..<150).map { _ in Float.random(in: -1...1, using: &random) * limit }
        let small = (0..<60).map {
            Float(sign: .plus, exponent: -2 * $0, significand: .random(in: 1..<2, using: &random))
        }
        return spread + small.map { $0.magnitude < limit ? $0 : 0.5 } + small.map { -$0 / 4 }
    }

    @Test func constantsAreRight() {
        #expect((BigInt(FixedPoint.naturalLogarithmOf2) - Wide.naturalLogarithmOf2 >> 500).magnitude <= 1)
        #expect((BigInt(FixedPoint.halfOfPi) - Wide.pi >> 501).magnitude <= 1)
        #expect((BigInt(FixedPoint.twoOverRootPi) - (Wide.one << 101) / Wide.rootOfPi).magnitude <= 1)
    }

    @Test func exponentialAgrees() {
        for x in Self.samples(below: 88) { #expect(Self.agree(ElementaryReference.exp(x), Wide.exp(x)), "\(x)") }
        for x: Float in [-88, -95.5, -103.9] { #expect(Self.agree(ElementaryReference.exp(x), Wide.exp(x)), "\(x)") }
    }

    @Test func logarithmAgrees() {
        for x in Self.samples(below: 100) + [0x1p-149, 0x1.fffffep127, 0x1.0002p0, 0x1.fffep-1] where x > 0 {
            #expect(Self.agree(ElementaryReference.log(x), Wide.logarithm(Double(x))), "\(x)")
        }
    }

    @Test func sineAgrees() {
        for x in Self.samples(below: 0x1p17) + [0x1p17, -0x1p17] {
            let exact = Wide.cosineSine(Wide.number(x))
            #expect(Self.agree(ElementaryReference.sine(x), exact.sine), "\(x)")
            #expect(Self.agree(ElementaryReference.sine(x, quarters: 1), exact.cosine), "\(x)")
        }
    }

    @Test func sigmoidAgrees() {
        for x in Self.samples(below: 100) {
            let exact = (Wide.one << Wide.bits) / (Wide.one + Wide.exp(-x))
            #expect(Self.agree(ElementaryReference.sigmoid(x), exact), "\(x)")
        }
    }

    @Test func hyperbolicTangentAgrees() {
        for x in Self.samples(below: 12) {
            let square = Wide.exp(2 * x)
            let exact = ((square - Wide.one) << Wide.bits) / (square + Wide.one)
            #expect(Self.agree(ElementaryReference.tanh(x), exact), "\(x)")
        }
    }

    @Test func errorFunctionAgrees() {
        for x in Self.samples(below: 5) { #expect(Self.agree(ElementaryReference.erf(x), Wide.erf(x)), "\(x)") }
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
