import Diagnostics
import Formats

/// Canonical `graph.json`: sections and keys in the order of the documentation, defaults left out, `output` of products
/// always stated. Reading it gives the same graph.
public enum GraphWriter {
    public static func json(_ document: GraphDocument) -> JSONValue {
        let graph = document.graph
        var root: JSONObject = ["schema": .string(GraphReader.schema), "name": .string(graph.name)]
        root["weights"] = document.weights.map { .string($0) }
        for (section, names) in [("inputs", graph.inputs), ("states", graph.states), ("constants", graph.constants)]
        where !names.isEmpty {
            root[section] = .object(JSONObject(names.map { ($0, declaration($0, document)) }))
        }
        root["nodes"] = .array(graph.nodes.map { .object(node($0, graph)) })
        root["outputs"] = .array(graph.outputs.map { .string($0) })
        return .object(root)
    }

    private static func declaration(_ name: String, _ document: GraphDocument) -> JSONValue {
        guard let type = document.graph.types[name] else { return .null }
        var object: JSONObject = ["shape": JSONValue(type.shape)]
        if type.encoding != .float32 { object["encoding"] = json(type.encoding) }
        if let source = document.sources[name] {
            if source.tensor != name { object["tensor"] = .string(source.tensor) }
            if source.storage != .bytes { object["storage"] = .string(source.storage.rawValue) }
            object["positions"] = source.positions.map { .string($0) }
        }
        return .object(object)
    }

    /// A codec name where nothing else is to be said.
    static func json(_ encoding: TensorEncoding) -> JSONValue {
        var object: JSONObject = ["codec": .string(encoding.codec.name)]
        var granularity = Granularity.tensor
        switch encoding.scale {
        case .none, .product: break
        case .uniform(let value): object["scale"] = .float(value)
        case .tensor(let name, let shared):
            object["scale"] = .string(name)
            granularity = shared
        }
        switch encoding.zeroPoint {
        case .uniform(0): break
        case .uniform(let value): object["zero"] = .integer(value)
        case .tensor(let name, let shared):
            object["zero"] = .string(name)
            granularity = shared
        }
        switch granularity {
        case .tensor: break
        case .axis(let axis): object["axis"] = .integer(axis)
        case .group(let size): object["group"] = .integer(size)
        }
        if let pattern = encoding.structure.pattern {
            var structure: JSONObject = ["n": .integer(pattern.n), "m": .integer(pattern.m)]
            let columns = encoding.structure.sharedColumns
            if columns > 1 { structure["shared_columns"] = .integer(columns) }
            object["structure"] = .object(structure)
        }
        if let mix = encoding.structure.mix {
            var blocks: JSONObject = [
                "m": .integer(BlockMix.side), "block_columns": .integer(BlockMix.side), "n": JSONValue(mix.allowed),
            ]
            if mix != BlockMix(allowed: mix.allowed) { blocks["mix"] = JSONValue(mix.frequencies) }
            object["structure"] = .object(blocks)
        }
        let rules = encoding.pairRules
        if rules != .paper {
            object["pairs"] = .object([
                "survivor": .string(rules.survivor.rawValue), "ties": .string(rules.ties.rawValue),
                "boundary": .string(rules.boundary.rawValue),
            ])
        }
        return object.keys.count == 1 ? .string(encoding.codec.name) : .object(object)
    }

    private static func node(_ node: Node, _ graph: Graph) -> JSONObject {
        var object: JSONObject = ["name": .string(node.name), "op": .string(node.operation.name)]
        object["inputs"] = .array(node.inputs.map { .string($0) })
        let types = node.outputs.compactMap { graph.types[$0] }
        let inputs = node.inputs.compactMap { graph.types[$0] }
        var implied = [node.name]
        if case .quantiseDynamic = node.operation { implied.append(node.name + ".scale") }
        if node.outputs != implied { object["outputs"] = .array(node.outputs.map { .string($0) }) }
        for (key, value) in node.operation.attributes(inputs: inputs, outputs: types) { object[key] = value }
        return object
    }
}

extension JSONValue {
    init(_ numbers: [Int]) { self = .array(numbers.map { .integer($0) }) }
}
