import Compiler
import Formats
import Graph
import Report

/// What is computed to say how much a conversion loses.
public enum ConversionMeasure: Sendable {
    case nothing
    /// Weights, whose values are known.
    case constants
    /// Activations too, as they are for these inputs.
    case everything([String: Tensor])
}

extension Job {
    /// The tensors that the compiler encodes anew for an engine, in the order of the legalised graph. Losses are those of the
    /// reference evaluator.
    public func conversions(_ measure: ConversionMeasure = .constants) throws -> [ConversionRecord] {
        let legal = compilation.legalised
        let nodes = legal.nodes.filter(\.operation.encodesAnew)
        guard !nodes.isEmpty else { return [] }
        var edges: [String: Tensor] = [:]
        // Values of an open length are those of another graph.
        if case .everything(let inputs) = measure, model.graph.length == nil, model.constants != nil {
            var states: [String: Tensor] = [:]
            edges = try model.evaluate(inputs, graph: legal.showing(nodes), states: &states)
        }
        return try nodes.map { node in
            var record = legal.record(node)
            guard model.constants != nil, let result = node.outputs.first else { return record }
            var values = edges
            if case .constants = measure, legal.constants.contains(node.inputs[0]) {
                var states: [String: Tensor] = [:]
                values = try model.evaluate([:], graph: legal.upTo(node).showing([node]), states: &states)
            }
            if let codes = values[result], let before = values[node.before], let after = values[node.after],
                let encoding = legal.types[result]?.encoding
            {
                record.measure(codes, encoding, before: before, after: after)
            }
            return record
        }
    }
}

extension Operation {
    /// Made by the compiler because an engine takes no other codes.
    fileprivate var encodesAnew: Bool {
        switch self {
        case .encode, .assignCentroids: true
        default: false
        }
    }
}

extension Node {
    /// Names of the real numbers of what is converted and of what it becomes.
    fileprivate var before: String { name + "#before" }
    fileprivate var after: String { name + "#after" }
}

extension Graph {
    /// With the results of these nodes, and the real numbers on both sides of them, as outputs.
    fileprivate func showing(_ conversions: [Node]) -> Graph {
        var graph = self
        graph.outputs = []
        for node in conversions {
            guard let result = node.outputs.first, let shape = types[result]?.shape else { continue }
            for (name, source) in [(node.before, node.inputs[0]), (node.after, result)] {
                graph.types[name] = TensorType(shape: shape, encoding: .float32)
                graph.nodes.append(Node(name: name, operation: .dequantise, inputs: [source], outputs: [name]))
            }
            graph.outputs += [result, node.before, node.after]
        }
        return graph
    }

    /// A conversion of a constant and what it needs, alone.
    fileprivate func upTo(_ last: Node) -> Graph {
        var needed = Set([last.name])
        var graph = self
        (graph.nodes, graph.inputs, graph.states) = ([], [], [])
        for node in nodes.reversed() where needed.contains(node.name) || node.outputs.contains(where: needed.contains) {
            graph.nodes.insert(node, at: 0)
            for name in node.inputs + node.outputs {
                needed.insert(name)
                needed.formUnion(types[name]?.encoding.scale.tensors ?? [])
            }
        }
        return graph
    }

    /// What the graph alone says of a conversion.
    fileprivate func record(_ node: Node) -> ConversionRecord {
        let (from, to) = (types[node.inputs[0]], node.outputs.first.flatMap { types[$0] })
        var record = ConversionRecord(
            tensor: node.inputs[0], from: from?.encoding.codec.name ?? "", to: to?.encoding.codec.name ?? "",
            elements: to?.count ?? 0)
        if case .uniform(let scale) = to?.encoding.scale { record.scale = scale }
        switch node.operation {
        case .encode(let factor): record.factor = factor
        case .assignCentroids(let range): record.threshold = range
        default: break
        }
        if let format = to?.encoding.codec.pairs {
            let (normal, outlier) = (Float(format.greatestNormal), Float(format.outliers.magnitude(1)))
            let limit = to?.encoding.pairRules.boundary == .nearest ? (normal + outlier) / 2 : normal
            record.threshold = -limit...limit
        }
        record.centroids = to?.encoding.dictionary?.centroids.count
        return record
    }
}

extension ConversionRecord {
    /// - Parameters:
    ///   - codes: what the tensor became.
    ///   - before: the real numbers that it had.
    ///   - after: those that it has.
    fileprivate mutating func measure(_ codes: Tensor, _ encoding: TensorEncoding, before: Tensor, after: Tensor) {
        if let format = encoding.codec.pairs {
            let (slots, last) = (codes.bytes, max(1, codes.shape.last ?? 1))
            var found = 0
            for row in stride(from: 0, to: slots.count, by: last) {
                format.decodeRow(count: last, slot: { slots[row + $0] }) { found += abs($1.value) > format.greatestNormal ? 1 : 0 }
            }
            outliers = .init(count: found, of: slots.count / last * ((last + 1) / 2))
        } else if let dictionary = encoding.dictionary, case .float16(let patterns) = codes.storage {
            let known = Set(dictionary.centroids)
            outliers = .init(count: patterns.count { !known.contains($0) }, of: patterns.count)
        }
        var sum = 0.0
        for index in 0..<before.count {
            let difference = Double(before.float(at: index)) - Double(after.float(at: index))
            sum += difference * difference
        }
        meanSquaredError = sum / Double(max(1, before.count))
        decibels = SignalToNoise.decibels(before, after, codec: .float32)
    }
}
