import Diagnostics
import Formats

/// Computes a graph node by node, as `docs/numerics.md` defines every operation: the definition of every bit.
///
/// It knows nothing of machines, tiles or programs. Results do not depend on the number of threads.
public struct ReferenceEvaluator: Sendable {
    public let graph: Graph
    private let constant: @Sendable (String) throws -> Tensor

    /// - Parameter constant: the values of the constant of that name; called once per constant and run.
    public init(graph: Graph, constant: @escaping @Sendable (String) throws -> Tensor) {
        self.graph = graph
        self.constant = constant
    }

    /// Runs the graph once.
    /// - Parameters:
    ///   - inputs: a tensor for every graph input, of the shape in `graph.types`.
    ///   - states: the memory that earlier runs left; a state that is missing starts with all zero codes.
    ///     A run that fails leaves them as they were.
    ///   - observe: called after every node with what it yields, in node order.
    /// - Returns: the tensors named in `graph.outputs`.
    public func run(
        inputs: [String: Tensor], states: inout [String: Tensor], observe: ((Node, [Tensor]) -> Void)? = nil
    ) throws -> [String: Tensor] {
        do {
            var edges = EdgeValues(graph: graph, constant: constant)
            for name in graph.inputs {
                guard let tensor = inputs[name] else {
                    throw Diagnostic(node: name, "no values were given for this input")
                }
                try edges.define(name, tensor)
            }
            for name in graph.states {
                try edges.define(name, states[name] ?? Tensor.zeroCodes(try edges.type(of: name)))
            }
            for node in graph.nodes {
                let results = try evaluate(node, &edges)
                observe?(node, results)
                edges.release(after: node)
            }
            let outputs = try graph.outputs.map { ($0, try edges.value(of: $0)) }
            for name in graph.states { states[name] = edges.values[name] }
            return Dictionary(outputs, uniquingKeysWith: { first, _ in first })
        } catch let diagnostic as Diagnostic {
            throw Diagnostics(diagnostic)
        }
    }

    private func evaluate(_ node: Node, _ edges: inout EdgeValues) throws -> [Tensor] {
        do {
            let results: [Tensor]
            if case .append(let axis, let position) = node.operation {
                results = [try append(node, axis: axis, position: position, &edges)]
            } else {
                results = try edges.evaluation(of: node).results()
            }
            guard results.count == node.outputs.count else {
                throw Diagnostic(
                    field: "outputs", "yields \(results.count) tensors but names \(node.outputs.count) outputs")
            }
            for (name, tensor) in zip(node.outputs, results) { try edges.define(name, tensor) }
            return results
        } catch let diagnostic as Diagnostic {
            throw Diagnostics(diagnostic.atNode(node.name))
        } catch let diagnostics as Diagnostics {
            throw Diagnostics(diagnostics.all.map { $0.atNode(node.name) })
        }
    }
}

extension Diagnostic {
    fileprivate func atNode(_ name: String) -> Diagnostic {
        var copy = self
        copy.node = copy.node ?? name
        return copy
    }
}
