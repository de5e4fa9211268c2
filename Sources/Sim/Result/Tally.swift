/// A count for every case of a closed set.
public struct Tally<Key: CaseIterable & RawRepresentable & Sendable>: Hashable, Sendable where Key.RawValue == UInt8 {
    private var counts = [Int](repeating: 0, count: Key.allCases.count)

    public init() {}

    public subscript(key: Key) -> Int {
        get { counts[Int(key.rawValue)] }
        set { counts[Int(key.rawValue)] = newValue }
    }

    public var total: Int { counts.reduce(0, +) }

    public static func += (sum: inout Tally, other: Tally) {
        for index in sum.counts.indices { sum.counts[index] += other.counts[index] }
    }

    /// The cases that occurred, in order.
    public var nonzero: [(key: Key, count: Int)] {
        Key.allCases.compactMap { self[$0] == 0 ? nil : ($0, self[$0]) }
    }
}
