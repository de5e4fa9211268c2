import Formats
import Testing

/// The choice of a four-bit type against a search that is written out once more.
@Suite struct FourBitSearchTests {
    static let int4 = Array(-8...7)
    static let flint4 = [-16, -8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8, 16]

    /// Mean squared error of the best number for every entry; ties do not change it.
    static func error(_ numbers: [Int], _ values: [Int], factor: Float) -> Double {
        numbers.reduce(0.0) { sum, number in
            let x = Float(number) * factor
            let best = values.min { abs(Float($0) - x) < abs(Float($1) - x) } ?? 0
            let difference = Double(number) - Double(best) / Double(factor)
            return sum + difference * difference
        } / Double(numbers.count)
    }

    static func draws(_ name: String) -> [Int] {
        var random = SplitMix64(seed: 5)
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        return (0..<500).map { _ in
            switch name {
            // Sums of two: a triangle.
            case "even": below(128) + below(128) - 127
            // Sums of six lie about the middle.
            case "bell": (0..<6).reduce(0) { sum, _ in sum + below(41) - 20 }
            default: below(20) == 0 ? (below(2) == 0 ? -1 : 1) * (60 + below(60)) : below(31) - 15
            }
        }
    }

    @Test(arguments: [("even", "int4"), ("tails", "flint4")])
    func evenNumbersTakeInt4AndTailsTakeFlint4(_ name: String, _ codec: String) {
        #expect(FourBitSearch(Self.draws(name)).run().codec.name == codec)
    }

    @Test(arguments: ["even", "bell", "tails"])
    func noCandidateIsBetter(_ name: String) {
        let numbers = Self.draws(name)
        let result = FourBitSearch(numbers).run()
        let mean = Double(numbers.reduce(0, +)) / 500
        let sigma = (numbers.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 500).squareRoot()
        let greatest = max(abs(mean + 3 * sigma), abs(mean - 3 * sigma))
        var least = Double.infinity
        for (values, top) in [(Self.int4, 7.0), (Self.flint4, 16.0)] {
            for percentage in stride(from: 75, to: 250, by: 2) {
                let factor = Float(top / (greatest * Double(percentage) / 100))
                least = min(least, Self.error(numbers, values, factor: factor))
            }
        }
        #expect(abs(result.meanSquaredError - least) <= 1e-4 * least)
        let values = result.codec == .signed(bits: 4) ? Self.int4 : Self.flint4
        #expect(abs(Self.error(numbers, values, factor: result.factor) - result.meanSquaredError) <= 1e-9 * least)
    }

    @Test func zerosKeepTheirUnit() {
        for numbers in [[], [0, 0, 0]] {
            let result = FourBitSearch(numbers).run()
            #expect(result.factor == 1 && result.meanSquaredError == 0 && result.codec == .signed(bits: 4))
        }
    }
}
