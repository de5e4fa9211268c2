import Formats
import Testing

/// Against sums of squared errors counted here, number by number.
@Suite struct PairFactorSearchTests {
    private static let encoder = PairEncoder(.int8, rules: PairRules(boundary: .nearest))

    private static func error(_ weights: [Int], width: Int, factor: Float) -> Double {
        let format = encoder.format
        return stride(from: 0, to: weights.count, by: width).reduce(0.0) { sum, row in
            let numbers = Array(weights[row..<row + width])
            let slots = encoder.row(numbers.map { Float($0) * factor })
            var error = 0.0
            format.decodeRow(count: width, slot: { slots[$0] }) { index, code in
                let difference = Double(numbers[index]) - Double(code.value) / Double(factor)
                error += difference * difference
            }
            return sum + error
        }
    }

    @Test(arguments: [5, 6])
    func theLesserErrorDecides(_ width: Int) {
        var generator = SplitMix64(seed: 7)
        var factors: Set<Float> = []
        for greatest in [120, 127, 135, 136, 150, 255, 4000] {
            for rare in [1, 100] {
                let weights = (0..<width * 60).map { _ in
                    let limit = Int.random(in: 0..<rare, using: &generator) == 0 ? greatest : 40
                    return Int.random(in: -limit...limit, using: &generator)
                } + [greatest] + Array(repeating: 1, count: width - 1)
                let found = PairFactorSearch(Self.encoder, weights, width: width).run()
                let narrow = Float(127) / Float(greatest)
                let isNarrow = greatest > 135 && Self.error(weights, width: width, factor: narrow) < Self.error(weights, width: width, factor: 1)
                #expect(found == (isNarrow ? narrow : 1), "\(greatest), one in \(rare)")
                factors.insert(found)
            }
        }
        // Rare outliers stay, many are scaled down.
        #expect(factors.contains(1) && factors.contains { $0 < 1 })
    }
}
