import Diagnostics

/// How well a language model foretold a text on a machine.
public struct PerplexityReport: Hashable, Sendable {
    public var network: String
    public var arch: String
    /// Tokens that entered at once.
    public var chunk: Int
    /// Tokens that were foretold.
    public var predictions: Int
    public var perplexity: Double

    public init(network: String, arch: String, chunk: Int, predictions: Int, perplexity: Double) {
        self.network = network
        self.arch = arch
        self.chunk = chunk
        self.predictions = predictions
        self.perplexity = perplexity
    }

    /// For a terminal.
    public var text: String {
        "\(network) on \(arch): perplexity \(Numbers.fixed(perplexity, decimals: 4)) over \(Numbers.grouped(predictions)) "
            + "predictions in chunks of \(chunk)\n"
    }

    public var json: JSONValue {
        [
            "schema": "accelsim-perplexity-1", "network": .string(network), "arch": .string(arch), "chunk": .integer(chunk),
            "predictions": .integer(predictions), "perplexity": .number(perplexity),
        ]
    }
}
