/// What came of one block.
public struct BlockResult: Sendable {
    public enum Outcome: Sendable {
        case equal
        case diverged(Divergence)
        /// The module cannot be built, or its ports are not those that Swift knows.
        case failed(String)
    }

    public var block: String
    /// Vectors, or instructions of an array.
    public var count: Int
    /// Every possible input was tried.
    public var isExhaustive: Bool
    /// Clock cycles, stalled ones included.
    public var cycles: Int
    public var latency: String
    public var seconds: Double
    public var outcome: Outcome
    /// When models count it.
    public var coverage: Coverage?

    public var isEqual: Bool { if case .equal = outcome { true } else { false } }
}
