/// By what integer weights are multiplied before they become outlier-victim pairs: 1, or what makes all of them normal. Outliers cost their
/// neighbours, smaller steps round everything; the lesser sum of squared errors decides.
public struct PairFactorSearch: Sendable {
    private let encoder: PairEncoder
    /// Distinct pairs and how often each occurs, in an order of their own: sums are the same every time.
    private let counts: [(pair: Pair, count: Int)]
    private let greatest: Int

    private struct Pair: Hashable, Comparable {
        var left: Int
        /// Nothing beside the last of an odd row.
        var right: Int?

        static func < (one: Pair, other: Pair) -> Bool { (one.left, one.right ?? .min) < (other.left, other.right ?? .min) }
    }

    /// - Parameters:
    ///   - weights: row by row.
    ///   - width: of a row.
    public init(_ encoder: PairEncoder, _ weights: [Int], width: Int) {
        self.encoder = encoder
        greatest = weights.reduce(0) { max($0, abs($1)) }
        var counts: [Pair: Int] = [:]
        guard !encoder.format.isNormal(greatest) else {
            self.counts = []
            return
        }
        for row in stride(from: 0, to: weights.count, by: width) {
            for index in stride(from: row, to: row + width, by: 2) {
                counts[Pair(left: weights[index], right: index + 1 < row + width ? weights[index + 1] : nil), default: 0] += 1
            }
        }
        self.counts = counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    public func run() -> Float {
        if encoder.format.isNormal(greatest) { return 1 }
        let narrow = Float(encoder.format.greatestNormal) / Float(greatest)
        return squaredError(narrow) < squaredError(1) ? narrow : 1
    }

    private func squaredError(_ factor: Float) -> Double {
        counts.reduce(0) { sum, entry in sum + Double(entry.count) * squaredError(entry.pair, factor) }
    }

    private func squaredError(_ pair: Pair, _ factor: Float) -> Double {
        let left = Float(pair.left) * factor
        guard let right = pair.right else {
            return square(pair.left, encoder.format.normal(encoder.single(left)), factor)
        }
        let slots = encoder.slots(left, Float(right) * factor)
        let numbers = encoder.format.decoded(slots.left, slots.right)
        return square(pair.left, numbers.left, factor) + square(right, numbers.right, factor)
    }

    private func square(_ number: Int, _ code: ExponentInteger, _ factor: Float) -> Double {
        let difference = Double(number) - Double(code.value) / Double(factor)
        return difference * difference
    }
}
