import Compiler
import Diagnostics
import Formats
import Frontends
import Graph

/// A graph with its values, if it has any.
public struct Model: Sendable {
    /// File that it was read from, for messages.
    public var path: String?
    public var graph: Graph
    public var bundle: TensorBundle?
    /// The graph bound to one length, for a graph with an open one (`Graph.length`).
    public var bound: (@Sendable (Int) throws(Diagnostics) -> Graph)?

    public init(
        graph: Graph, bundle: TensorBundle?, path: String? = nil,
        bound: (@Sendable (Int) throws(Diagnostics) -> Graph)? = nil
    ) {
        self.graph = graph
        self.bundle = bundle
        self.path = path
        self.bound = bound
    }

    /// - Parameters:
    ///   - path: a graph file.
    ///   - bucket: a symbol that stays open, so that one program serves several lengths.
    ///   - checked: shared by models of the same file.
    public init(
        path: String, bindings: [String: Int] = [:], bucket: LengthBucket? = nil, checked: CheckedValues = CheckedValues()
    ) throws(Diagnostics) {
        let (graph, bundle) = try GraphFile.load(path: path, bindings: bindings, bucket: bucket, checked: checked)
        self.init(graph: graph, bundle: bundle, path: path)
        guard let symbol = bucket?.symbol else { return }
        bound = { length throws(Diagnostics) in
            try GraphFile.read(path: path, bindings: bindings.merging([symbol: length]) { $1 }).graph
        }
    }

    init(_ topology: TopologyImport, path: String, bindings: [String: Int], bucket: LengthBucket?) throws(Diagnostics) {
        if let bucket { throw Diagnostics(Diagnostic(file: path, field: "bucket", "a topology has no symbol '\(bucket.symbol)'")) }
        self.init(graph: try topology.graph(bindings: bindings), bundle: nil, path: path)
    }

    /// The same graph with made-up values.
    public func withRandomValues(seed: UInt64) -> Model {
        Model(graph: graph, bundle: .random(for: graph, seed: seed), path: path, bound: bound)
    }

    /// The values of constants by name; `nil` for a graph without weights (one without any constants has all it needs).
    public var constants: ConstantValues? {
        guard let bundle = bundle ?? (graph.constants.isEmpty ? TensorBundle() : nil) else { return nil }
        let types = graph.types
        return { name in
            guard let type = types[name] else { throw Diagnostic(node: name, "is no tensor of this graph") }
            return try bundle.tensor(named: name, type: type)
        }
    }

    /// Runs the definition of every bit: the reference evaluator, without any machine.
    public func evaluate(
        _ inputs: [String: Tensor], graph: Graph? = nil, states: inout [String: Tensor],
        observe: ((Node, [Tensor]) -> Void)? = nil
    ) throws -> [String: Tensor] {
        guard let constants else { throw Diagnostics(missingValues) }
        return try ReferenceEvaluator(graph: graph ?? self.graph, constant: constants)
            .run(inputs: inputs, states: &states, observe: observe)
    }

    public func evaluate(_ inputs: [String: Tensor]) throws -> [String: Tensor] {
        var states: [String: Tensor] = [:]
        return try evaluate(inputs, states: &states)
    }

    public var missingValues: Diagnostic {
        Diagnostic(
            file: path, field: "weights",
            "the graph has no weights: it can be timed (--timing-only), or computed with made-up ones (--random-weights)"
        )
    }
}
