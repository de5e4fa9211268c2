import Diagnostics

/// The tensors that exist while a graph runs: inputs, states, constants read so far, and node outputs still needed.
struct EdgeValues {
    let graph: Graph
    let constant: @Sendable (String) throws -> Tensor
    var values: [String: Tensor] = [:]
    /// For every name the name of the last node that reads it, directly or as a scale, zero point or multiplier.
    private var lastReader: [String: String] = [:]
    private let constants: Set<String>
    private let kept: Set<String>

    init(graph: Graph, constant: @escaping @Sendable (String) throws -> Tensor) {
        self.graph = graph
        self.constant = constant
        constants = Set(graph.constants)
        kept = Set(graph.outputs + graph.states)
        for node in graph.nodes {
            for name in Self.names(readBy: node, graph.types) { lastReader[name] = node.name }
            for name in node.outputs where lastReader[name] == nil { lastReader[name] = node.name }
        }
    }

    func type(of name: String) throws -> TensorType {
        guard let type = graph.types[name] else { throw Diagnostic(node: name, "this tensor has no type in the graph") }
        return type
    }

    /// The tensor of that name; a constant is fetched when it is first needed.
    mutating func value(of name: String) throws -> Tensor {
        if let tensor = values[name] { return tensor }
        guard constants.contains(name) else { throw Diagnostic(node: name, "this tensor has no values yet") }
        try define(name, constant(name))
        return try value(of: name)
    }

    mutating func define(_ name: String, _ tensor: Tensor) throws {
        let type = try type(of: name)
        guard tensor.shape == type.shape, tensor.storage.count == type.count else {
            throw Diagnostic(
                node: name, field: "shape",
                "has \(tensor.storage.count) values of shape \(tensor.shape), expected \(type.shape)")
        }
        values[name] = tensor
    }

    /// Drops what no later node reads.
    mutating func release(after node: Node) {
        for name in Self.names(readBy: node, graph.types) + node.outputs
        where lastReader[name] == node.name && !kept.contains(name) {
            values[name] = nil
        }
    }

    /// Everything that the node needs, gathered.
    mutating func evaluation(of node: Node) throws -> NodeEvaluation {
        let inputs = try node.inputs.map {
            TypedTensor(name: $0, tensor: try value(of: $0), type: try type(of: $0))
        }
        var parameters: [String: TypedTensor] = [:]
        for name in Self.names(readBy: node, graph.types) where !node.outputs.contains(name) {
            parameters[name] = TypedTensor(name: name, tensor: try value(of: name), type: try type(of: name))
        }
        return NodeEvaluation(
            node: node, inputs: inputs, outputTypes: try node.outputs.map { try type(of: $0) }, parameters: parameters)
    }

    /// Inputs, and the tensors named by the encodings of inputs and outputs and by the attributes.
    private static func names(readBy node: Node, _ types: [String: TensorType]) -> [String] {
        var names = node.inputs
        for edge in node.inputs + node.outputs {
            guard let encoding = types[edge]?.encoding else { continue }
            names += encoding.scale.tensorNames
            if case .tensor(let name, _) = encoding.zeroPoint { names.append(name) }
        }
        if case .requantise(let requantisation) = node.operation {
            names += [requantisation.multiplier, requantisation.shift].compactMap { $0 }
        }
        return names
    }
}

extension Scale {
    fileprivate var tensorNames: [String] {
        switch self {
        case .none, .uniform: []
        case .tensor(let name, _): [name]
        case .product(let row, let column): row.tensorNames + column.tensorNames
        }
    }
}
