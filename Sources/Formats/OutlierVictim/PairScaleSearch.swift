/// The scale of a tensor (or of a channel) that gives outlier-victim pairs the least mean squared error, as OliVe's
/// published code looks for it: x_max = max(|mean + 3 sigma|, |mean - 3 sigma|); the numbers x_max * i / 100 for i = 75,
/// 77, ..., 249 are tried as what the greatest normal value stands for.
///
/// Sums run over the numbers in order, in binary64; sigma is that of the population. The first of equal errors wins.
public struct PairScaleSearch: Hashable, Sendable {
    public let encoder: PairEncoder
    public static let percentages = Array(stride(from: 75, to: 250, by: 2))

    public init(_ encoder: PairEncoder) { self.encoder = encoder }

    public struct Result: Hashable, Sendable {
        public var scale: Float
        /// Mean of the squared differences between numbers and what their codes stand for, victims included.
        public var meanSquaredError: Double
    }

    /// - Parameter rows: each row has pairs of its own; all share the scale.
    /// - Returns: scale 1 where all numbers are 0 or there are none.
    public func run(_ rows: [[Float]]) -> Result {
        let greatest = Self.threeSigma(rows)
        guard greatest > 0, greatest.isFinite else { return Result(scale: 1, meanSquaredError: error(rows, scale: 1)) }
        let candidates = Self.percentages.map { percentage in
            let scale = Float(greatest * Double(percentage) / 100) / Float(encoder.format.greatestNormal)
            return Result(scale: scale, meanSquaredError: error(rows, scale: scale))
        }
        return candidates.dropFirst().reduce(candidates[0]) { $1.meanSquaredError < $0.meanSquaredError ? $1 : $0 }
    }

    /// The mean squared error under one scale.
    public func error(_ rows: [[Float]], scale: Float) -> Double {
        var sum = 0.0
        var count = 0
        for row in rows {
            let slots = encoder.row(row.map { $0 / scale })
            encoder.format.decodeRow(count: row.count, slot: { slots[$0] }) { index, number in
                let difference = Double(row[index]) - Double(number.value) * Double(scale)
                sum += difference * difference
            }
            count += row.count
        }
        return count == 0 ? 0 : sum / Double(count)
    }

    private static func threeSigma(_ rows: [[Float]]) -> Double {
        var sum = 0.0
        var count = 0.0
        for row in rows {
            for number in row { sum += Double(number) }
            count += Double(row.count)
        }
        guard count > 0 else { return 0 }
        let mean = sum / count
        var squares = 0.0
        for row in rows {
            for number in row { squares += (Double(number) - mean) * (Double(number) - mean) }
        }
        let sigma = (squares / count).squareRoot()
        return max(abs(mean + 3 * sigma), abs(mean - 3 * sigma))
    }
}
