import Formats
import Testing

/// The search for the scale of least mean squared error.
@Suite struct PairScaleSearchTests {
    @Test func percentagesAreThoseOfThePublishedCode() {
        #expect(PairScaleSearch.percentages.first == 75 && PairScaleSearch.percentages.last == 249)
        #expect(PairScaleSearch.percentages.count == 88)
    }

    /// Mean 0, sigma 1: x_max is 3, and the scale of i percent is f32(f32(3 i / 100) / 7).
    @Test func scalesAreFractionsOfThreeSigma() {
        let rows: [[Float]] = [[-1, 1], [1, -1]]
        let search = PairScaleSearch(PairEncoder(.int4))
        let result = search.run(rows)
        let scales = PairScaleSearch.percentages.map { Float(3 * Double($0) / 100) / 7 }
        #expect(scales.contains(result.scale))
        let errors = scales.map { Self.error(rows, scale: $0) }
        #expect(result.meanSquaredError == errors.min())
        #expect(scales.firstIndex(of: result.scale) == errors.firstIndex(of: result.meanSquaredError))
    }

    /// For numbers of magnitude 1 only, none of which is an outlier under these scales: to the nearest of -7...7.
    private static func error(_ rows: [[Float]], scale: Float) -> Double {
        let all = rows.flatMap { $0 }
        let squares = all.map { x -> Double in
            let level = Double((x / scale).rounded(.toNearestOrEven))
            return (Double(x) - level * Double(scale)) * (Double(x) - level * Double(scale))
        }
        return squares.reduce(0, +) / Double(all.count)
    }

    /// (10, 1) under scale 1 is (12, 0): 4 + 1 over two numbers.
    @Test func victimsCount() {
        let search = PairScaleSearch(PairEncoder(.int4))
        #expect(search.error([[10, 1]], scale: 1) == 2.5)
        #expect(search.error([[3, 1], [-2, 7]], scale: 1) == 0)
        #expect(search.error([], scale: 1) == 0)
    }

    @Test func nothingButZerosHasScaleOne() {
        let zeros = PairScaleSearch(PairEncoder(.flint4)).run([[0, 0, 0]])
        #expect(zeros.scale == 1 && zeros.meanSquaredError == 0)
        #expect(PairScaleSearch(PairEncoder(.int8)).run([]).scale == 1)
    }

    /// A heavy tail: the scale found is as good as any of the candidates, for every format and rule.
    @Test(arguments: OutlierVictimPair.allCases)
    func noCandidateIsBetter(_ format: OutlierVictimPair) {
        var random = SplitMix64(seed: 8)
        let row = (0..<64).map { index in
            Float(Int(random.next() % 2001) - 1000) * (index % 19 == 0 ? 0.05 : 0.001)
        }
        for rules in [PairRules.paper, .publishedCode] {
            let search = PairScaleSearch(PairEncoder(format, rules: rules))
            let result = search.run([row])
            let mean = row.reduce(0.0) { $0 + Double($1) } / 64
            let sigma = (row.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 64).squareRoot()
            let greatest = max(abs(mean + 3 * sigma), abs(mean - 3 * sigma))
            for i in stride(from: 75, through: 249, by: 2) {
                let scale = Float(greatest * Double(i) / 100) / Float(format.greatestNormal)
                #expect(search.error([row], scale: scale) >= result.meanSquaredError)
            }
            #expect(search.run([row]) == result)
        }
    }
}
