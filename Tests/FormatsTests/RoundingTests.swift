import BigInt
import Formats
import Testing

@Suite struct RoundingTests {
    @Test(arguments: RoundingRule.allCases)
    func everyEighthRoundsAsTheRationalDoes(rule: RoundingRule) {
        for eighths in -800...800 {
            let expected = Int(exactlyRounded(BigInt(eighths), over: 8, by: rule))
            #expect(rule.round(Float(eighths) / 8) == Float(expected))
            #expect(rule.round(Double(eighths) / 8) == Double(expected))
            #expect(rule.dividedByPowerOfTwo(Int64(eighths), shift: 3) == Int64(expected))
            #expect(dividedByPowerOfTwo(Int64(eighths), shift: 3, rule: rule) == Int64(expected))
        }
    }

    /// Where `floor(x + 0.5)` goes wrong: just below a half, and where halves end.
    @Test(arguments: RoundingRule.allCases)
    func neighboursOfTiesRoundToTheNearest(rule: RoundingRule) {
        for base: Float in [0.5, 1.5, 2.5, 1023.5, 8_388_606.5] {
            #expect(rule.round(base.nextDown) == base - 0.5)
            #expect(rule.round(base.nextUp) == base + 0.5)
            #expect(rule.round(-base.nextDown) == -(base - 0.5))
            #expect(rule.round(-base.nextUp) == -(base + 0.5))
        }
        for base: Double in [0.5, 1.5, 2.5, 0x1p51 + 0.5] {
            #expect(rule.round(base.nextDown) == base - 0.5)
            #expect(rule.round(-base.nextUp) == -(base + 0.5))
        }
        for integral: Float in [8_388_607, 0x1p23, 0x1p23 + 1, 0x1p24, .greatestFiniteMagnitude, .infinity] {
            #expect(rule.round(integral) == integral)
            #expect(rule.round(-integral) == -integral)
        }
    }

    @Test(arguments: RoundingRule.allCases)
    func zerosKeepTheirSignAndNaNIsCanonical(rule: RoundingRule) {
        for x: Float in [0, 0.25, .leastNonzeroMagnitude] {
            #expect(rule.round(x).bitPattern == 0)
            #expect(rule.round(-x).bitPattern == 0x8000_0000)
            #expect(rule.round(-Double(x)).bitPattern == 1 << 63)
        }
        for pattern: UInt32 in [0x7F80_0001, 0xFFC0_0000, 0x7FFF_FFFF] {
            #expect(rule.round(Float(bitPattern: pattern)).bitPattern == 0x7FC0_0000)
        }
        #expect(rule.round(-Double.nan).bitPattern == 0x7FF8_0000_0000_0000)
    }

    /// Against the standard library's own roundings, which are specified by IEEE 754.
    @Test func seededFloatsRoundAsIEEE754Says() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<200_000 {
            let x = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            guard x.isFinite else { continue }
            #expect(RoundingRule.halfToEven.round(x) == x.rounded(.toNearestOrEven))
            #expect(RoundingRule.halfAwayFromZero.round(x) == x.rounded(.toNearestOrAwayFromZero))
        }
    }

    @Test(arguments: RoundingRule.allCases, [-3, 0, 1, 2, 31, 32, 61, 62, 63, 64, 65, 66, 1000])
    func shiftsOfEveryLengthAreExact(rule: RoundingRule, shift: Int) {
        var random = SplitMix64(seed: UInt64(bitPattern: Int64(shift)))
        var products: [Int64] = [
            0, 1, -1, 2, -2, 3, -3, .max, .min, .min + 1, 1 << 62, -(1 << 62), 3 << 61, -(3 << 61),
        ]
        products += (0..<2000).map { _ in Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random) }
        for product in products {
            let numerator = BigInt(product) << max(0, -shift)
            let exact = exactlyRounded(numerator, over: BigInt(1) << max(0, shift), by: rule)
            let expected = Int64(min(BigInt(Int64.max), max(BigInt(Int64.min), exact)))
            #expect(rule.dividedByPowerOfTwo(product, shift: shift) == expected)
        }
    }

    @Test(arguments: [-62, -63, -64, -65, -1000, Int.min])
    func longLeftShiftsSaturate(shift: Int) {
        #expect(RoundingRule.halfUp.dividedByPowerOfTwo(0, shift: shift) == 0)
        #expect(RoundingRule.halfUp.dividedByPowerOfTwo(3, shift: shift) == .max)
        #expect(RoundingRule.halfUp.dividedByPowerOfTwo(-3, shift: shift) == .min)
    }

    @Test func minusOneReachesTheLeastInteger() {
        #expect(RoundingRule.halfUp.dividedByPowerOfTwo(-1, shift: -63) == .min)
        #expect(RoundingRule.halfUp.dividedByPowerOfTwo(1, shift: -63) == .max)
    }
}
