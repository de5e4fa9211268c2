/// The four-bit type, and the factor in front of it, that give whole numbers the least mean squared error: ANT (MICRO
/// 2022) selects int4 or flint4 for every tensor so. Which scales are tried is a choice, that of `PairScaleSearch`: x_max =
/// max(|mean + 3 sigma|, |mean - 3 sigma|), and x_max * i / 100 for i = 75, 77, ..., 249 is what the greatest number of
/// the type stands for. A number n becomes the code nearest to f32(n * factor), integers half to even.
///
/// Sums are in binary64, over the distinct numbers in ascending order; sigma is that of the population. The first of equal
/// errors wins, int4 before flint4.
public struct FourBitSearch: Sendable {
    /// Distinct numbers, ascending, and how often each occurs.
    private let counts: [(number: Int, count: Int)]

    public init(_ numbers: [Int]) {
        var histogram: [Int: Int] = [:]
        for number in numbers { histogram[number, default: 0] += 1 }
        counts = histogram.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    public struct Result: Hashable, Sendable {
        public var codec: Codec
        /// Numbers of the tensor times this are numbers of the codec.
        public var factor: Float
        public var meanSquaredError: Double
    }

    /// - Returns: int4 and factor 1 where all numbers are 0 or there are none.
    public func run() -> Result {
        let greatest = threeSigma
        let start = Result(codec: .signed(bits: 4), factor: 1, meanSquaredError: error(.signed(bits: 4), factor: 1))
        guard greatest > 0 else { return start }
        let types: [(Codec, Int)] = [(.signed(bits: 4), 7), (.flint(.signed), FlintCodec.signed.greatest)]
        let candidates = types.flatMap { codec, top in
            PairScaleSearch.percentages.map { percentage in
                let factor = Float(top) / Float(greatest * Double(percentage) / 100)
                return Result(codec: codec, factor: factor, meanSquaredError: error(codec, factor: factor))
            }
        }
        return candidates.dropFirst().reduce(candidates[0]) { $1.meanSquaredError < $0.meanSquaredError ? $1 : $0 }
    }

    /// The mean squared error of one codec and factor.
    public func error(_ codec: Codec, factor: Float) -> Double {
        var sum = 0.0
        var count = 0
        for entry in counts {
            let code = Self.number(codec, Float(entry.number) * factor)
            let difference = Double(entry.number) - Double(code) / Double(factor)
            sum += Double(entry.count) * difference * difference
            count += entry.count
        }
        return count == 0 ? 0 : sum / Double(count)
    }

    /// The number of the codec that is nearest.
    private static func number(_ codec: Codec, _ x: Float) -> Int {
        if let flint = codec.flint { return flint.value(flint.nearestCode(x)) }
        return Quantiser.quantised(x, scale: 1, zeroPoint: 0, range: codec.range ?? 0...0)
    }

    private var threeSigma: Double {
        let total = counts.reduce(0) { $0 + $1.count }
        guard total > 0 else { return 0 }
        let mean = Double(counts.reduce(0) { $0 + $1.number * $1.count }) / Double(total)
        let squares = counts.reduce(0.0) { sum, entry in
            sum + Double(entry.count) * (Double(entry.number) - mean) * (Double(entry.number) - mean)
        }
        let sigma = (squares / Double(total)).squareRoot()
        return max(abs(mean + 3 * sigma), abs(mean - 3 * sigma))
    }
}
