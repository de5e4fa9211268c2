/// Which linear layers of a transformer have biases.
public struct LinearBiases: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Projections to queries, keys and values.
    public static let queryKeyValue = LinearBiases(rawValue: 1)
    public static let attentionOutput = LinearBiases(rawValue: 2)
    public static let feedForward = LinearBiases(rawValue: 4)
    /// Scores of the vocabulary.
    public static let head = LinearBiases(rawValue: 8)

    /// All layers of the blocks.
    public static let blocks: LinearBiases = [.queryKeyValue, .attentionOutput, .feedForward]
}
