import BigInt
import Formats
import Foundation
import Graph
import Testing

@Suite struct ReferenceReductionTests {
    /// Blocks of 16, a pairwise tree in each, blocks in order: with 2^24 first, a tree keeps the ones that a
    /// sequential sum (2^24) drops: (2^24 + 14) + 3 is a tie, to 2^24 + 16.
    @Test func sumsAreTreesOfSixteenThenSequential() throws {
        var node = OneNode(.globalPool(.average))
        node.add("x", [1, 19, 1, 1], [16_777_216] + Array(repeating: 1, count: 18))
        #expect(try node.floats([1, 1, 1, 1]) == [OneRounding.divide(16_777_232, 19)])
    }

    @Test func softmaxFollowsItsFiveSteps() throws {
        var node = OneNode(.softmax)
        node.add("x", [2, 3], [1, 2, 3, 3, 1, 2])
        // exp(-2), exp(-1), 1 correctly rounded; s = (e0 + e1) + (e2 + 0); r = 1 / s; y = e * r: exact fractions.
        let (least, middle, greatest): (UInt32, UInt32, UInt32) = (0x3DB8_61F3, 0x3E7A_9A1A, 0x3F2A_4D3B)
        let first = try node.floats([2, 3])[..<3].map(\.bitPattern)
        #expect(first == [least, middle, greatest])
        let e = [Float(1), Float(bitPattern: 0x3E0A_9555), Float(bitPattern: 0x3EBC_5AB2)]
        let sum = OneRounding.add(OneRounding.add(e[0], e[1]), e[2])
        #expect(try Array(node.floats([2, 3])[3...]) == e.map { OneRounding.multiply($0, OneRounding.divide(1, sum)) })
    }

    @Test func fullyMaskedRowIsNaN() throws {
        var node = OneNode(.softmax)
        node.add("x", [1, 2], [-.infinity, -.infinity])
        #expect(try node.floats([1, 2]).map(\.bitPattern) == [0x7FC0_0000, 0x7FC0_0000])
    }

    /// The order of `docs/numerics.md` written out with one rounding per addition.
    static func sum(_ values: [Float]) -> Float {
        var total: Float?
        for start in stride(from: 0, to: values.count, by: 16) {
            var slots = (start..<start + 16).map { $0 < values.count ? values[$0] : 0 }
            while slots.count > 1 {
                slots = stride(from: 0, to: slots.count, by: 2).map { OneRounding.add(slots[$0], slots[$0 + 1]) }
            }
            total = total.map { OneRounding.add($0, slots[0]) } ?? slots[0]
        }
        return total ?? 0
    }

    @Test(arguments: [1, 15, 16, 17, 40]) func normsRoundOncePerStep(_ channels: Int) throws {
        var random = SeededGenerator(UInt64(60 + channels))
        let (x, gamma, beta) = (random.floats(channels), random.floats(channels), random.floats(channels))
        let (multiply, count) = (OneRounding.multiply, Float(channels))
        let mean = OneRounding.divide(Self.sum(x), count)
        let d = x.map { OneRounding.add($0, -mean) }
        let variance = OneRounding.divide(Self.sum(d.map { multiply($0, $0) }), count)
        let r = Elementary.rsqrt(OneRounding.add(variance, 1e-5))
        let layer = (0..<channels).map { OneRounding.add(multiply(multiply(d[$0], r), gamma[$0]), beta[$0]) }
        var node = OneNode(.layerNorm(epsilon: 1e-5))
        node.add("x", [1, channels], x)
        node.add("gamma", [channels], gamma)
        node.add("beta", [channels], beta)
        #expect(try node.floats([1, channels]) == layer)

        let square = OneRounding.divide(Self.sum(x.map { multiply($0, $0) }), count)
        let root = Elementary.rsqrt(OneRounding.add(square, 1e-6))
        var rms = OneNode(.rmsNorm(epsilon: 1e-6))
        rms.add("x", [1, channels], x)
        rms.add("gamma", [channels], gamma)
        #expect(try rms.floats([1, channels]) == (0..<channels).map { multiply(multiply(x[$0], root), gamma[$0]) })
    }

    @Test func layerNormOfTwoNumbersByHand() throws {
        // mu = 2, d = -2, 2, v = 4, r = 1/2, y = -1, 1.
        var node = OneNode(.layerNorm(epsilon: 0))
        node.add("x", [1, 2], [0, 4])
        node.add("gamma", [2], [3, 5])
        node.add("beta", [2], [1, 1])
        #expect(try node.floats([1, 2]) == [-2, 6])
    }

    @Test(arguments: [Rope.Pairs.halves, .interleaved]) func ropeTurnsTheLeadingElementsOnly(_ pairs: Rope.Pairs) throws
    {
        var random = SeededGenerator(71)
        let (heads, rows, width, rotary, position) = (2, 3, 10, 6, 5)
        let x = random.floats(heads * rows * width)
        var node = OneNode(.rope(Rope(pairs: pairs, base: 10_000, rotaryDimension: rotary, position: position)))
        node.add("x", [heads, rows, width], x)
        var expected = x
        for row in 0..<heads * rows {
            for i in 0..<rotary / 2 {
                let angle = Double(position + row % rows) * pow(10_000, -2 * Double(i) / Double(rotary))
                let (c, s) = (Float(cos(angle)), Float(sin(angle)))
                let a = row * width + (pairs == .halves ? i : 2 * i)
                let b = row * width + (pairs == .halves ? i + rotary / 2 : 2 * i + 1)
                expected[a] = OneRounding.add(OneRounding.multiply(x[a], c), -OneRounding.multiply(x[b], s))
                expected[b] = OneRounding.add(OneRounding.multiply(x[b], c), OneRounding.multiply(x[a], s))
            }
        }
        #expect(try node.floats([heads, rows, width]) == expected)
    }

    /// Half the frequency at twice the position is the same angle; the magnitude is that of cosine and sine.
    @Test func ropeFactorsSlowPairsDown() throws {
        var random = SeededGenerator(72)
        let x = random.floats(6)
        func turned(_ rope: Rope) throws -> [Float] {
            var node = OneNode(.rope(rope))
            node.add("x", [1, 1, 6], x)
            return try node.floats([1, 1, 6])
        }
        let plain = try turned(Rope(pairs: .halves, base: 100, rotaryDimension: 6, position: 7))
        let half = Rope(pairs: .halves, base: 100, rotaryDimension: 6, position: 14, factors: [0.5, 0.5, 0.5])
        #expect(try turned(half) == plain)
        var mixed = half
        mixed.factors[1] = 1
        #expect(try turned(mixed)[0] == plain[0] && turned(mixed)[1] != plain[1] && turned(mixed)[5] == plain[5])
        var doubled = half
        doubled.magnitude = 2
        #expect(try turned(doubled) == plain.map { 2 * $0 })
    }

    @Test func causalMaskSeesThePastAndItsWindow() throws {
        let o = -Float.infinity
        var node = OneNode(.mask(position: 1, window: nil))
        node.add("x", [1, 2, 4], Array(repeating: 7, count: 8))
        #expect(try node.floats([1, 2, 4]) == [7, 7, o, o, 7, 7, 7, o])
        var windowed = OneNode(.mask(position: 1, window: 2))
        windowed.add("x", [1, 2, 4], Array(repeating: 7, count: 8))
        #expect(try windowed.floats([1, 2, 4]) == [7, 7, o, o, o, 7, 7, o])
    }
}
