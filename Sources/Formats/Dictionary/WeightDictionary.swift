/// The few binary16 numbers that nearly all weights of a tensor are (GOBO, MICRO 2020: centroids of its weights). A weight
/// is stored as the index of its number; those that are none of the numbers, the outliers, are stored as they are.
public struct WeightDictionary: Hashable, Sendable {
    /// Patterns of the numbers, ascending by number; a code is an index.
    public let centroids: [UInt16]

    /// Numbers that a dictionary may have.
    public static let counts = 1...16
    /// Bits that an index may have.
    public static let widths = 2...4

    /// `nil` unless there are 1 to 16 finite numbers, each greater than the one before.
    public init?(centroids: [UInt16]) {
        let numbers = centroids.map(Binary16.widened)
        guard Self.counts.contains(centroids.count), numbers.allSatisfy(\.isFinite),
            zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        self.centroids = centroids
    }

    private init(known centroids: [UInt16]) { self.centroids = centroids }

    /// A dictionary of one number, 0.
    public static let zero = WeightDictionary(known: [0])

    /// As many whole numbers from 0 on as `bits` can index.
    public static func wholeNumbers(bits: Int) -> WeightDictionary {
        WeightDictionary(known: (0..<1 << bits).map { Binary16.narrowed(Float($0)) })
    }

    /// Bits of an index: 2, 3 or 4.
    public var bits: Int { Self.widths.first { 1 << $0 >= centroids.count } ?? Self.widths.upperBound }

    public var numbers: [Float] { centroids.map(Binary16.widened) }

    /// The index of a pattern; `nil` for an outlier. Zeros of the other sign are outliers, so that nothing is lost.
    @inlinable
    public func index(of pattern: UInt16) -> Int? { centroids.firstIndex(of: pattern) }

    /// The index of the number that is nearest to a finite number, the lesser of two that are equally near.
    public func nearest(to number: Float) -> Int {
        var best = 0
        var least = Double.infinity
        for (index, centroid) in numbers.enumerated() {
            // Differences of binary16 numbers are exact in binary64.
            let distance = (Double(number) - Double(centroid)).magnitude
            if distance < least { (best, least) = (index, distance) }
        }
        return best
    }
}
