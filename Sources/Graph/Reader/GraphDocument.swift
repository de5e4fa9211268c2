import Diagnostics

/// What a `graph.json` says: the typed graph, and where its constants lie.
public struct GraphDocument: Hashable, Sendable {
    public var graph: Graph
    /// Path of the safetensors file relative to the graph's folder; `nil` when the graph has no values.
    public var weights: String?
    /// Where each constant is found in that file.
    public var sources: [String: ConstantSource]
    /// What every symbol is bound to.
    public var symbols: [String: Int]
    /// Least and greatest value that the file allows for every symbol.
    public var symbolRanges: [String: ClosedRange<Int>]

    public init(
        graph: Graph, weights: String? = nil, sources: [String: ConstantSource] = [:], symbols: [String: Int] = [:],
        symbolRanges: [String: ClosedRange<Int>] = [:]
    ) {
        self.graph = graph
        self.weights = weights
        self.sources = sources
        self.symbols = symbols
        self.symbolRanges = symbolRanges
    }
}

public struct ConstantSource: Hashable, Sendable {
    public enum Storage: String, Hashable, Sendable, CaseIterable {
        /// One element per code.
        case bytes
        /// Rows of a little-endian bit stream.
        case packed
    }
    /// Name inside the safetensors file.
    public var tensor: String
    public var storage: Storage
    /// Of a weight with N:M structure: the tensor of that file that holds the positions of the kept values, which alone
    /// are stored then. `nil` when the weight is stored with its zeros.
    public var positions: String?
    /// Of a weight with a dictionary, which is stored as indices: the tensors of that file that hold its outliers. `nil` when
    /// there are none.
    public var outliers: Outliers?

    public struct Outliers: Hashable, Sendable {
        /// int32 [count]: places in the weight, counted row by row, ascending.
        public var positions: String
        /// f16 [count]
        public var values: String

        public init(positions: String, values: String) {
            self.positions = positions
            self.values = values
        }
    }

    public init(tensor: String, storage: Storage = .bytes, positions: String? = nil, outliers: Outliers? = nil) {
        self.tensor = tensor
        self.storage = storage
        self.positions = positions
        self.outliers = outliers
    }
}
