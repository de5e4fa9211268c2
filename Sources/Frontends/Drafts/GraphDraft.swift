import Diagnostics
import Formats

/// A `graph.json` in the making: methods append a node or a constant and return the name of what it yields.
struct GraphDraft {
    let name: String
    let formats: NumberFormats
    private var symbols: [(String, JSONValue)] = []
    private var inputs: [(String, JSONValue)] = []
    private var states: [(String, JSONValue)] = []
    private var constants: [(String, JSONValue)] = []
    private var nodes: [JSONValue] = []

    init(name: String, formats: NumberFormats) {
        self.name = name
        self.formats = formats
    }

    func document(outputs: [String]) -> JSONValue {
        [
            "schema": "accelsim-graph-1", "name": .string(name), "symbols": .object(JSONObject(symbols)),
            "inputs": .object(JSONObject(inputs)), "states": .object(JSONObject(states)),
            "constants": .object(JSONObject(constants)), "nodes": .array(nodes),
            "outputs": .array(outputs.map { .string($0) }),
        ]
    }

    mutating func symbol(_ name: String, default value: Int, min: Int) -> String {
        symbols.append((name, ["default": .integer(value), "min": .integer(min)]))
        return name
    }

    mutating func input(_ name: String, _ shape: [JSONValue], encoding: JSONValue = "f32") -> String {
        inputs.append((name, ["shape": .array(shape), "encoding": encoding]))
        return name
    }

    mutating func state(_ name: String, _ shape: [JSONValue], encoding: JSONValue) -> String {
        states.append((name, ["shape": .array(shape), "encoding": encoding]))
        return name
    }

    mutating func constant(_ name: String, _ shape: [JSONValue], encoding: JSONValue = "f32") -> String {
        constants.append((name, ["shape": .array(shape), "encoding": encoding]))
        return name
    }

    mutating func node(
        _ name: String, _ operation: String, _ inputs: [String], _ attributes: [(String, JSONValue)] = []
    ) -> String {
        let head: [(String, JSONValue)] = [
            ("name", .string(name)), ("op", .string(operation)), ("inputs", .array(inputs.map { .string($0) })),
        ]
        nodes.append(.object(JSONObject(head + attributes)))
        return name
    }
}

extension GraphDraft {
    /// A matrix of weights [outputs, inputs] in the format of weights.
    mutating func weight(_ name: String, outputs: Int, inputs: Int) -> String {
        var sharing = formats.weights.sharing
        // A group that is longer than the row is the whole row.
        if case .group(let group) = sharing, group > inputs { sharing = .channel }
        return weight(name, [outputs, inputs], sharing)
    }

    /// Weights of a convolution [outputs, height, width, inputs], never grouped along their inputs.
    mutating func kernel(_ name: String, _ shape: [Int]) -> String {
        weight(name, shape, formats.weights.sharing == .tensor ? .tensor : .channel)
    }

    private mutating func weight(_ name: String, _ shape: [Int], _ sharing: NumberFormat.Sharing) -> String {
        let format = formats.weights
        let sizes = shape.map { JSONValue.integer($0) }
        guard format.needsScale else { return constant(name, sizes, encoding: .string(format.codec.name)) }
        var encoding: [(String, JSONValue)] = [("codec", .string(format.codec.name)), ("scale", .string("\(name).scale"))]
        if let zero = format.zero { encoding.append(("zero", .integer(zero))) }
        switch sharing {
        case .channel:
            encoding.append(("axis", 0))
            _ = constant("\(name).scale", [sizes[0]])
        case .group(let group):
            encoding.append(("group", .integer(group)))
            _ = constant("\(name).scale", [sizes[0], .integer((shape[shape.count - 1] + group - 1) / group)], encoding: "f16")
        case .tensor: _ = constant("\(name).scale", [1])
        }
        constants.append(
            (name, ["shape": .array(sizes), "encoding": .object(JSONObject(encoding)), "storage": "packed"]))
        return name
    }

    mutating func linear(_ name: String, _ x: String, outputs: Int, inputs: Int, bias: Bool) -> String {
        var operands = [x, weight("\(name).weight", outputs: outputs, inputs: inputs)]
        if bias { operands.append(constant("\(name).bias", [.integer(outputs)])) }
        return node(name, "linear", operands, bias ? [("output", "f32")] : [])
    }

    /// Activations as linear layers take them: codes with one scale per token, or floats.
    mutating func perToken(_ name: String, _ x: String) -> String {
        let codec = JSONValue.string(formats.activations.codec.name)
        guard formats.activations.needsScale else { return node(name, "quantise", [x], [("encoding", codec)]) }
        return node(name, "quantise", [x], [("codec", codec), ("dynamic", "token")])
    }

    /// Activations with a scale that is known beforehand, or floats.
    mutating func codes(_ name: String, _ x: String, scale: Float) -> String {
        node(name, "quantise", [x], [("encoding", activationEncoding(scale: scale))])
    }

    func activationEncoding(scale: Float) -> JSONValue {
        let codec = JSONValue.string(formats.activations.codec.name)
        return formats.activations.needsScale ? ["codec": codec, "scale": .float(scale)] : codec
    }
}
