/// The dictionary of a weight tensor, after GOBO (MICRO 2020): weights that are improbable under the normal distribution with
/// the tensor's mean and deviation are outliers; the others begin in bins of equal population and move to the nearest mean
/// until the sum of distances (L1 norm) no longer falls.
///
/// Weights are binary16 numbers. All sums are in binary64, over the distinct numbers in ascending order, so that the result
/// depends on the weights alone.
public struct DictionarySearch: Sendable {
    /// Distinct finite numbers, ascending, and how often each occurs.
    private let counts: [(number: Double, count: Int)]

    /// - Parameter patterns: of the weights, binary16. Infinities and NaN are outliers that nothing is computed of.
    public init(_ patterns: [UInt16]) {
        var histogram = [Int](repeating: 0, count: 1 << 16)
        for pattern in patterns { histogram[Int(pattern == 0x8000 ? 0 : pattern)] += 1 }
        counts = histogram.enumerated().filter { $0.element > 0 }
            .map { (Double(Binary16.widened(UInt16($0.offset))), $0.element) }
            .filter { $0.0.isFinite }.sorted { $0.0 < $1.0 }
    }

    public struct Result: Hashable, Sendable {
        public var dictionary: WeightDictionary
        /// Weights that are not in here are outliers.
        public var bounds: ClosedRange<Float>
    }

    /// - Parameters:
    ///   - bits: of an index; there are at most 2^bits centroids.
    ///   - logProbability: natural logarithm of the density below which a weight is an outlier.
    public func run(bits: Int, logProbability: Int) -> Result {
        let bounds = OutlierBounds(counts, logProbability: logProbability).range
        let group = counts.filter { bounds.contains(Float($0.number)) }
        return Result(dictionary: Self.dictionary(group, size: 1 << bits), bounds: bounds)
    }

    private static func dictionary(_ group: [(number: Double, count: Int)], size: Int) -> WeightDictionary {
        // As many numbers as there is room for are kept as they are.
        let means = group.count <= size ? group.map(\.number) : Clusters(group, size: size).centroids
        var patterns: [UInt16] = []
        for pattern in means.map({ Binary16.narrowed(Float($0)) }).map({ $0 == 0x8000 ? 0 : $0 })
        where patterns.last != pattern { patterns.append(pattern) }
        return WeightDictionary(centroids: patterns) ?? .zero
    }
}

/// Where the density of a normal distribution is not below a threshold.
struct OutlierBounds {
    /// Everything when the threshold leaves nothing out, or would leave out the mean itself.
    let range: ClosedRange<Float>

    init(_ counts: [(number: Double, count: Int)], logProbability: Int) {
        let everything = -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude
        let total = Double(counts.reduce(0) { $0 + $1.count })
        let mean = counts.reduce(0.0) { $0 + Double($1.count) * $1.number } / total
        let variance = counts.reduce(0.0) { sum, entry in
            let difference = entry.number - mean
            return sum + Double(entry.count) * difference * difference
        } / total
        guard total > 0, variance > 0 else {
            range = everything
            return
        }
        // ln density = -(x - mean)^2 / (2 variance) - ln(2 pi variance) / 2
        let atMean = -0.5 * DoubleDouble.logarithm(2 * Double.pi * variance).high
        let square = 2 * variance * (atMean - Double(logProbability))
        let radius = square > 0 ? square.squareRoot() : .infinity
        range = radius.isFinite ? Float(mean - radius)...Float(mean + radius) : everything
    }
}

/// Numbers of one dimension in clusters.
private struct Clusters {
    let centroids: [Double]

    init(_ numbers: [(number: Double, count: Int)], size: Int) {
        var next = Self.equalPopulation(numbers, size: size)
        var (kept, least) = (next, Double.infinity)
        while true {
            let (distance, means) = Self.step(numbers, next)
            guard distance < least else { break }
            (kept, least, next) = (next, distance, means)
        }
        centroids = kept
    }

    /// Means of bins that hold the same number of weights, but for rounding down.
    private static func equalPopulation(_ numbers: [(number: Double, count: Int)], size: Int) -> [Double] {
        let total = numbers.reduce(0) { $0 + $1.count }
        let ends = (0...size).map { $0 * total / size }
        var sums = [Double](repeating: 0, count: size)
        var (bin, taken) = (0, 0)
        for (number, count) in numbers {
            var left = count
            while left > 0 {
                let part = min(left, ends[bin + 1] - taken)
                sums[bin] += Double(part) * number
                left -= part
                taken += part
                if bin + 1 < size, taken == ends[bin + 1] { bin += 1 }
            }
        }
        return (0..<size).map { sums[$0] / Double(ends[$0 + 1] - ends[$0]) }
    }

    /// The sum of distances to the nearest centroids, the lesser of two that are equally near, and the means of what is
    /// nearest to each; a centroid that is nearest to nothing stays.
    private static func step(
        _ numbers: [(number: Double, count: Int)], _ centroids: [Double]
    ) -> (distance: Double, means: [Double]) {
        var sums = [Double](repeating: 0, count: centroids.count)
        var populations = [Int](repeating: 0, count: centroids.count)
        var distance = 0.0
        for (number, count) in numbers {
            var nearest = 0
            for index in centroids.indices
            where (number - centroids[index]).magnitude < (number - centroids[nearest]).magnitude { nearest = index }
            distance += Double(count) * (number - centroids[nearest]).magnitude
            sums[nearest] += Double(count) * number
            populations[nearest] += count
        }
        return (distance, centroids.indices.map { populations[$0] == 0 ? centroids[$0] : sums[$0] / Double(populations[$0]) })
    }
}
