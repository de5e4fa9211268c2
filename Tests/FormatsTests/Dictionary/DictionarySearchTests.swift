import Formats
import Foundation
import Testing

/// The clusters of weights against the same steps on plain lists.
@Suite struct DictionarySearchTests {
    /// About normal: sums of twelve uniform numbers, with a few far ones.
    static func weights(_ count: Int, seed: UInt64, width: Float = 0.05) -> [UInt16] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { index in
            let sum = (0..<12).reduce(Float(0)) { sum, _ in sum + random.signedUnit() }
            return Binary16.narrowed(index % 251 == 250 ? 8 * width * (sum < 0 ? -1 : 1) : sum * width / 2)
        }
    }

    static func numbers(_ patterns: [UInt16]) -> [Double] { patterns.map { Double(Binary16.widened($0)) } }

    /// ln of the density of the normal distribution with the weights' mean and deviation.
    static func logDensity(_ x: Double, _ numbers: [Double]) -> Double {
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
        return -(x - mean) * (x - mean) / (2 * variance) - 0.5 * log(2 * .pi * variance)
    }

    @Test(arguments: [-4, -1, 0, -40])
    func outliersAreImprobableNumbers(_ threshold: Int) {
        let weights = Self.weights(3000, seed: 1)
        let numbers = Self.numbers(weights)
        let result = DictionarySearch(weights).run(bits: 3, logProbability: threshold)
        var outliers = 0
        for number in numbers {
            let density = Self.logDensity(number, numbers)
            // Rounding of the bounds to binary32 decides numbers that are closer than this.
            guard abs(density - Double(threshold)) > 1e-4 else { continue }
            #expect(result.bounds.contains(Float(number)) == (density >= Double(threshold)))
            outliers += density < Double(threshold) ? 1 : 0
        }
        #expect(threshold == -40 ? outliers == 0 : outliers >= 11 && outliers < 400)
    }

    /// A density below the threshold at the mean itself leaves nothing out; neither do weights that are all equal.
    @Test func aThresholdThatNoNumberReachesLeavesNothingOut() {
        let weights = Self.weights(500, seed: 2)
        for bounds in [
            DictionarySearch(weights).run(bits: 3, logProbability: 90).bounds,
            DictionarySearch(Array(repeating: 0x3C00, count: 9)).run(bits: 3, logProbability: -4).bounds,
            DictionarySearch([]).run(bits: 3, logProbability: -4).bounds,
        ] { #expect(bounds == -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude) }
        #expect(DictionarySearch([]).run(bits: 3, logProbability: -4).dictionary == .zero)
    }

    /// Bins of equal population, then means of the nearest numbers for as long as the sum of distances falls.
    static func clusters(_ group: [Double], size: Int) -> [Double] {
        let sorted = group.sorted()
        var centroids = (0..<size).map { bin -> Double in
            let part = sorted[bin * sorted.count / size..<(bin + 1) * sorted.count / size]
            return part.reduce(0, +) / Double(part.count)
        }
        var (kept, least) = (centroids, Double.infinity)
        while true {
            let nearest = sorted.map { number in
                centroids.indices.min { abs(centroids[$0] - number) < abs(centroids[$1] - number) } ?? 0
            }
            let distance = zip(sorted, nearest).reduce(0) { $0 + abs($1.0 - centroids[$1.1]) }
            guard distance < least else { return kept }
            (kept, least) = (centroids, distance)
            for index in centroids.indices {
                let own = zip(sorted, nearest).filter { $0.1 == index }.map(\.0)
                if !own.isEmpty { centroids[index] = own.reduce(0, +) / Double(own.count) }
            }
        }
    }

    @Test(arguments: [2, 3, 4], [3 as UInt64, 4, 5])
    func centroidsAreThoseOfThePlainSteps(_ bits: Int, _ seed: UInt64) {
        let weights = Self.weights(1500, seed: seed)
        let result = DictionarySearch(weights).run(bits: bits, logProbability: -4)
        let group = Self.numbers(weights).filter { result.bounds.contains(Float($0)) }
        let expected = Self.clusters(group, size: 1 << bits)
        #expect(result.dictionary.centroids.count == expected.count)
        for (found, centroid) in zip(result.dictionary.numbers, expected) {
            // Sums in another order, then f16.
            #expect(abs(Double(found) - centroid) <= abs(centroid) * 0x1p-11 + 1e-9)
        }
    }

    /// Iterating serves: the distances are less than those to the means of the first bins.
    @Test func clustersAreNearerThanBinsOfEqualPopulation() {
        let weights = Self.weights(4000, seed: 6)
        let result = DictionarySearch(weights).run(bits: 3, logProbability: -4)
        let group = Self.numbers(weights).filter { result.bounds.contains(Float($0)) }.sorted()
        let bins = (0..<8).map { bin -> Double in
            let part = group[bin * group.count / 8..<(bin + 1) * group.count / 8]
            return part.reduce(0, +) / Double(part.count)
        }
        func distance(_ centroids: [Double]) -> Double {
            group.reduce(0) { sum, number in sum + (centroids.map { abs($0 - number) }.min() ?? 0) }
        }
        #expect(distance(result.dictionary.numbers.map(Double.init)) < 0.98 * distance(bins))
    }

    @Test func fewNumbersAreKept() {
        let numbers: [Float] = [-0.75, -0.25, 0, 0.5, 3]
        var weights = (0..<100).map { Binary16.narrowed(numbers[$0 % 5]) }
        weights.append(0x8000)
        let result = DictionarySearch(weights).run(bits: 3, logProbability: -100)
        #expect(result.dictionary.numbers == numbers)
    }

    /// Infinities and NaN count for nothing.
    @Test func whatIsNoNumberIsNotClustered() {
        let weights = Self.weights(700, seed: 7)
        let plain = DictionarySearch(weights).run(bits: 3, logProbability: -4)
        #expect(DictionarySearch(weights + [0x7C00, 0xFC00, 0x7E00]).run(bits: 3, logProbability: -4) == plain)
    }
}
