/// A symbolic dimension that the compiled program leaves open: a length bucket.
///
/// The graph that has one is that of the greatest length: its shapes are padded for the others. What lies past the
/// valid length is loaded and computed, but nothing that it holds reaches a valid element (`LengthBucketing`).
public struct OpenLength: Hashable, Sendable {
    /// The symbol.
    public var name: String
    /// Lengths that the graph serves; its shapes and positions are those of the greatest.
    public var range: ClosedRange<Int>
    /// The length that was asked for.
    public var value: Int
    /// By how much the position of a node (`append`, `rope`, `mask`) grows with the length; nodes left out keep theirs.
    public var growth: [String: Int]

    public init(name: String, range: ClosedRange<Int>, value: Int, growth: [String: Int] = [:]) {
        self.name = name
        self.range = range
        self.value = value
        self.growth = growth
    }

    /// The position of a node for length 0, of which `position` is that for the greatest length. It may be negative.
    public func origin(of node: String, position: Int) -> Int { position - (growth[node] ?? 0) * range.upperBound }
}
