import Diagnostics
import Formats
import Graph

/// The graph that a model becomes, node by node.
struct ONNXDraft: Sendable {
    struct Node: Sendable {
        var operation: String
        var inputs: [String]
        var outputs: [String]
        var attributes: [(String, JSONValue)]
    }

    private(set) var symbols: [String] = []
    private(set) var inputs: [(name: String, declaration: JSONValue)] = []
    private(set) var constants: [ImportedConstant] = []
    private(set) var nodes: [Node] = []
    private var taken: Set<String> = []
    /// Outputs of nodes by what the node is: nothing is computed twice.
    private var known: [String: [String]] = [:]

    /// - Parameter reserved: names of the model's outputs, which no other tensor may have.
    init(reserved: [String]) { taken = Set(reserved) }

    /// A name that no tensor has yet.
    mutating func unique(_ wish: String) -> String {
        var base = String(
            String.UnicodeScalarView(wish.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "_" : $0 }))
        if base.isEmpty { base = "tensor" }
        if base.utf8.count > 900 { base = String(base.prefix(200)) }
        var (name, number) = (base, 1)
        while !taken.insert(name).inserted {
            number += 1
            name = "\(base).\(number)"
        }
        return name
    }

    /// What a symbol may be called.
    static func symbolName(_ text: String) -> String {
        let name = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") ? $0 : "_" })
        return name.first.map { $0.isLetter || $0 == "_" } == true ? name : "_" + name
    }

    mutating func declare(symbol: String) {
        if !symbols.contains(symbol) { symbols.append(symbol) }
    }

    mutating func input(_ name: String, _ shape: [Size], encoding: JSONValue) -> String {
        let name = unique(name)
        inputs.append((name, ["shape": shape.json, "encoding": encoding]))
        return name
    }

    mutating func constant(_ constant: ImportedConstant) -> String {
        var constant = constant
        constant.name = unique(constant.name)
        constants.append(constant)
        return constant.name
    }

    mutating func replace(_ constant: ImportedConstant) {
        if let index = constants.firstIndex(where: { $0.name == constant.name }) { constants[index] = constant }
    }

    mutating func node(
        _ wish: String, _ operation: String, _ inputs: [String], _ attributes: [(String, JSONValue)] = [],
        outputs count: Int = 1
    ) -> [String] {
        let key = ([operation] + inputs + attributes.map { "\($0.0)=\($0.1.compact)" }).joined(separator: "\u{1}")
        if let outputs = known[key] { return outputs }
        let outputs = (0..<count).map { _ in unique(wish) }
        nodes.append(Node(operation: operation, inputs: inputs, outputs: outputs, attributes: attributes))
        known[key] = outputs
        return outputs
    }

    /// Adds a bias to a product that has none.
    mutating func append(input: String, toNodeOf tensor: String) {
        if let index = nodes.firstIndex(where: { $0.outputs == [tensor] }) { nodes[index].inputs.append(input) }
    }

    /// Gives a tensor its name as an output of the model.
    mutating func finish(output: String, tensor: String) {
        let isFree = !inputs.contains { $0.name == tensor } && !constants.contains { $0.name == tensor }
        guard isFree, !finished.contains(tensor) else {
            nodes.append(
                Node(
                    operation: "reshape", inputs: [tensor], outputs: [output],
                    attributes: [("shape", shapeOfCopy(tensor))]))
            finished.insert(output)
            return
        }
        for index in nodes.indices {
            nodes[index].inputs = nodes[index].inputs.map { $0 == tensor ? output : $0 }
            nodes[index].outputs = nodes[index].outputs.map { $0 == tensor ? output : $0 }
        }
        // They name the tensor as it was.
        known = [:]
        finished.insert(output)
        copies[output] = copies[tensor]
    }

    private var finished: Set<String> = []
    /// Shapes of tensors that may have to be copied to have a second name.
    var copies: [String: [Size]] = [:]
    private func shapeOfCopy(_ tensor: String) -> JSONValue { (copies[tensor] ?? [Size(-1)]).json }

    func document(name: String, outputs: [String], weights: String?) -> JSONValue {
        // What no output needs is left out.
        let live = liveNodes(outputs)
        let used = Set(live.flatMap(\.inputs) + outputs)
        let kept = constants.filter { used.contains($0.name) }
        let parts: [(String, JSONValue)] = [
            ("schema", "accelsim-graph-1"), ("name", .string(name)),
            ("weights", weights.map { .string($0) } ?? .null),
            ("symbols", .object(JSONObject(symbols.map { ($0, ["default": 1, "min": 1]) }))),
            ("inputs", .object(JSONObject(inputs.map { ($0.name, $0.declaration) }))),
            ("constants", .object(JSONObject(kept.flatMap(\.declarations)))),
            ("nodes", .array(live.map(\.json))), ("outputs", .array(outputs.map { .string($0) })),
        ]
        return .object(JSONObject(parts.filter { $0.1 != .null }))
    }

    func liveConstants(_ outputs: [String]) -> [ImportedConstant] {
        let used = Set(liveNodes(outputs).flatMap(\.inputs) + outputs)
        return constants.filter { used.contains($0.name) }
    }

    private func liveNodes(_ outputs: [String]) -> [Node] {
        var needed = Set(outputs)
        var live: [Node] = []
        for node in nodes.reversed() where !needed.isDisjoint(with: node.outputs) {
            needed.formUnion(node.inputs)
            live.append(node)
        }
        return live.reversed()
    }
}

extension ONNXDraft.Node {
    var json: JSONValue {
        let name = JSONValue.string(outputs[0])
        let head: [(String, JSONValue)] = [
            ("name", name), ("op", .string(operation)), ("inputs", .array(inputs.map { .string($0) })),
        ]
        let names: [(String, JSONValue)] =
            outputs.count == 1 ? [] : [("outputs", .array(outputs.map { .string($0) }))]
        return .object(JSONObject(head + attributes + names))
    }
}
