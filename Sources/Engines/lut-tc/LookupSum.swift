/// The sum of a lane, or of a row's activations, since its segment began: two's complement, wraps.
struct LookupSum: Hashable, Sendable {
    /// int32 and one more, because sums of exact tables are twice what leaves.
    static let bits = 33

    private(set) var value = 0

    /// What a plane's lookup adds.
    mutating func add(_ entry: Int, plane: Int) { value = (value + entry << plane).wrapped(to: Self.bits) }

    /// What moves to the shadow register; the sum restarts at zero.
    mutating func move() -> Int {
        defer { value = 0 }
        return value
    }

    /// What leaves the lane: sum - z' * (sum of the activations), halved for exact entries, where q' - z' is even and the
    /// halving loses nothing. `nil` for weights without a zero point.
    static func corrected(_ sum: Int, groupSum: Int, zero: Int?, isExact: Bool) -> Int32 {
        guard let zero else { return Int32(truncatingIfNeeded: sum) }
        let doubled = sum - zero * groupSum
        return Int32(truncatingIfNeeded: isExact ? doubled >> 1 : doubled)
    }
}
