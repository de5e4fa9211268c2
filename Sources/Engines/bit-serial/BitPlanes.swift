/// Integers of one line of K as bit planes: plane i holds bit i of each, 64 to a word.
public struct BitPlanes: Sendable {
    /// [plane][word]
    public private(set) var words: [[UInt64]]
    /// The highest plane counts negatively: two's complement.
    public let isSigned: Bool

    /// - Parameter integers: fit `bits` bits, in two's complement when signed.
    public init(_ integers: [Int], bits: Int, isSigned: Bool) {
        self.isSigned = isSigned
        words = Array(repeating: Array(repeating: 0, count: ceilDivide(integers.count, 64)), count: bits)
        for (lane, integer) in integers.enumerated() {
            for plane in 0..<bits {
                words[plane][lane / 64] |= UInt64(truncatingIfNeeded: integer >> plane & 1) << UInt64(lane % 64)
            }
        }
    }

    public var count: Int { words.count }

    public func bit(_ plane: Int, lane: Int) -> Int { Int(words[plane][lane / 64] >> UInt64(lane % 64) & 1) }

    /// Whether what is counted with a plane is subtracted.
    public func isNegative(_ plane: Int) -> Bool { isSigned && plane == count - 1 }

    /// Gates and counters: how many lanes have a one in both planes.
    public func ones(_ plane: Int, and other: BitPlanes, _ otherPlane: Int) -> Int {
        zip(words[plane], other.words[otherPlane]).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
    }

    /// How many lanes have a one.
    public func ones(_ plane: Int) -> Int { words[plane].reduce(0) { $0 + $1.nonzeroBitCount } }

    /// What a count of ones adds to a sum: planes of these places together, one of which may be a sign.
    static func worth(_ count: Int, places: Int, isNegative: Bool) -> Int {
        isNegative ? -(count << places) : count << places
    }
}
