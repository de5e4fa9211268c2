import BigInt
import Formats
import Testing

@Suite struct DyadicTests {
    /// Scales 0.0235 * 0.0071 / 0.0412: worked by hand from the HAWQ-V3 definition.
    @Test func workedVectorOfAConvolution() throws {
        let product: Float = 0.0235 * 0.0071
        #expect(product == 0x1.5de8e8p-13)
        let dyadic = try #require(Dyadic(ratio: Double(product) / Double(Float(0.0412))))
        #expect(dyadic == Dyadic(multiplier: 1_113_188_716, shift: 38))
        let expected: [(Int32, Int64)] = [
            (12345, 50), (-12345, -50), (123, 0), (124, 1), (-124, -1), (370, 1), (31368, 127), (-40000, -162),
        ]
        for (accumulator, code) in expected { #expect(dyadic.apply(accumulator, rounding: .halfToEven) == code) }
    }

    @Test(
        arguments: [
            (RoundingRule.halfToEven, [0, 2, 2, 0, -2, -2]), (.halfUp, [1, 2, 3, 0, -1, -2]),
            (.halfAwayFromZero, [1, 2, 3, -1, -2, -3]),
        ] as [(RoundingRule, [Int64])])
    func halvesFollowTheRule(rule: RoundingRule, expected: [Int64]) {
        let half = Dyadic(multiplier: 1 << 30, shift: 31)
        #expect([1, 3, 5, -1, -3, -5].map { half.apply($0, rounding: rule) } == expected)
    }

    @Test(arguments: [0, -0.0, -1, -.leastNonzeroMagnitude, .infinity, -.infinity, .nan] as [Double])
    func onlyPositiveFiniteRatiosExist(ratio: Double) { #expect(Dyadic(ratio: ratio) == nil) }

    @Test func mantissaThatRoundsUpToOneKeepsTwoToThe31() {
        #expect(Dyadic(ratio: 1.0.nextDown) == Dyadic(multiplier: 1 << 31, shift: 31))
        #expect(Dyadic(ratio: 1) == Dyadic(multiplier: 1 << 30, shift: 30))
        #expect(Dyadic(ratio: 0.5) == Dyadic(multiplier: 1 << 30, shift: 31))
    }

    /// The definition in exact rationals: 2^30 <= M <= 2^31, and M = floor(R * 2^E + 1/2).
    @Test func seededRatiosGiveTheDefinedMultiplier() throws {
        var random = SplitMix64(seed: 3)
        var ratios = [
            Double.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 3 * .leastNonzeroMagnitude,
        ]
        ratios += (0..<20_000).map { _ in Double(bitPattern: random.next() >> 1) }.filter(\.isFinite)
        for ratio in ratios where ratio > 0 {
            let dyadic = try #require(Dyadic(ratio: ratio))
            let (numerator, denominator) = ratio.exactFraction
            let doubled = numerator << max(0, dyadic.shift + 1)
            let scale = denominator << max(0, -dyadic.shift - 1)
            let multiplier = (doubled + scale) / (scale * 2)
            #expect(BigInt(dyadic.multiplier) == multiplier)
            #expect((Int64(1) << 30...1 << 31).contains(dyadic.multiplier))
        }
    }

    @Test(arguments: RoundingRule.allCases)
    func millionSeededProductsAreRoundedFromTheExactValue(rule: RoundingRule) {
        var random = SplitMix64(seed: 4)
        var wrong = 0
        for _ in 0..<350_000 {
            let multiplier = Int64(random.next() >> 34) + 1 << 30
            let shift = Int.random(in: 20...66, using: &random)
            let accumulator = Int32(truncatingIfNeeded: random.next()) >> Int32.random(in: 0..<31, using: &random)
            let exact = exactlyRounded(BigInt(accumulator) * BigInt(multiplier), over: BigInt(1) << shift, by: rule)
            let result = Dyadic(multiplier: multiplier, shift: shift).apply(accumulator, rounding: rule)
            if BigInt(result) != exact { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    @Test(arguments: RoundingRule.allCases)
    func extremeAccumulatorsDoNotWrap(rule: RoundingRule) {
        let greatest = Dyadic(multiplier: 1 << 31, shift: 0)
        #expect(greatest.apply(.min, rounding: rule) == -(1 << 62))
        #expect(Dyadic(multiplier: 1 << 31, shift: -1).apply(.min, rounding: rule) == .min)
        #expect(Dyadic(multiplier: 1 << 31, shift: -2).apply(.min, rounding: rule) == .min)
        #expect(Dyadic(multiplier: 1 << 31, shift: -2).apply(.max, rounding: rule) == .max)
        #expect(Dyadic(multiplier: 1 << 31, shift: 500).apply(.min, rounding: rule) == 0)
    }
}

extension Double {
    /// The value of a positive number as a fraction.
    fileprivate var exactFraction: (numerator: BigInt, denominator: BigInt) {
        let power = Int(exponent) - 52
        let integer = BigInt(significand * 0x1p52)
        return (integer << Swift.max(0, power), BigInt(1) << Swift.max(0, -power))
    }
}
