/// What the encoder of outlier-victim pairs does where OliVe's paper and its published code differ, or are silent.
public struct PairRules: Hashable, Sendable {
    /// Which of two outliers in one pair survives.
    public enum Survivor: String, Hashable, Sendable, CaseIterable {
        /// That of the greater magnitude; the left one when they are equal (paper).
        case larger
        /// The left one (published code).
        case left
    }

    /// Where a number in the middle of two goes.
    public enum Ties: String, Hashable, Sendable, CaseIterable {
        /// Outliers and flint: the greater magnitude. Integers: half to even. (A choice: the paper is silent.)
        case largerMagnitude = "larger_magnitude"
        /// Toward +infinity (published code).
        case towardPositive = "toward_positive"
    }

    /// From where on a number is an outlier.
    public enum Boundary: String, Hashable, Sendable, CaseIterable {
        /// Beyond the greatest normal magnitude (paper).
        case largestNormal = "largest_normal"
        /// From the middle of the greatest normal and the smallest outlier magnitude on, so that every number goes to the
        /// nearest (published code).
        case nearest
    }

    public var survivor: Survivor
    public var ties: Ties
    public var boundary: Boundary

    public init(
        survivor: Survivor = .larger, ties: Ties = .largerMagnitude, boundary: Boundary = .largestNormal
    ) {
        self.survivor = survivor
        self.ties = ties
        self.boundary = boundary
    }

    /// As OliVe's paper has it.
    public static let paper = PairRules()
    /// As OliVe's published code has it.
    public static let publishedCode = PairRules(survivor: .left, ties: .towardPositive, boundary: .nearest)

    /// Survivor, ties and boundary, for listings: `larger_larger_magnitude_largest_normal`.
    public var name: String { "\(survivor.rawValue)_\(ties.rawValue)_\(boundary.rawValue)" }

    public static let all: [PairRules] = Survivor.allCases.flatMap { survivor in
        Ties.allCases.flatMap { ties in
            Boundary.allCases.map { PairRules(survivor: survivor, ties: ties, boundary: $0) }
        }
    }
}
