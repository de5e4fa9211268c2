import Arch

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
    /// What the engine counts for the instructions of an array.
    public var events: [Event: Int] = [:]
    /// How often each net of a netlist changed, when models count it.
    public var toggles: [String: Int] = [:]

    public var isEqual: Bool { if case .equal = outcome { true } else { false } }
}
