import Diagnostics
import Formats

/// A `graph.json` in the making: methods append a node or a constant and return the name of what it yields.
struct GraphDraft {
    let name: String
    let formats: NumberFormats
    /// In front of the name of whatever is appended.
    var scope = ""
    /// What constants hold; scales and zero points belong to their weights.
    private(set) var constants: [DraftedConstant] = []
    /// Nodes that make activations of linear layers.
    private(set) var quantised: [String] = []
    private var symbols: [(String, JSONValue)] = []
    private var inputs: [(String, JSONValue)] = []
    private var states: [(String, JSONValue)] = []
    private var declarations = JSONObject()
    private var nodes: [JSONValue] = []

    init(name: String, formats: NumberFormats) {
        self.name = name
        self.formats = formats
    }

    /// - Parameter weights: name of the file that holds the constants, if there is one.
    func document(outputs: [String], weights: String? = nil) -> JSONValue {
        let head: [(String, JSONValue)] = [("schema", "accelsim-graph-1"), ("name", .string(name))]
        let file: [(String, JSONValue)] = weights.map { [("weights", .string($0))] } ?? []
        let rest: [(String, JSONValue)] = [
            ("symbols", .object(JSONObject(symbols))), ("inputs", .object(JSONObject(inputs))),
            ("states", .object(JSONObject(states))), ("constants", .object(declarations)), ("nodes", .array(nodes)),
            ("outputs", .array(outputs.map { .string($0) })),
        ]
        return .object(JSONObject(head + file + rest))
    }

    /// Elements of what has to be learned.
    var parameters: Int {
        constants.reduce(0) { total, constant in
            if case .numbers = constant.content { return total }
            return total + (constant.sizes?.reduce(1, *) ?? 0)
        }
    }

    mutating func symbol(_ name: String, default value: Int, min: Int, max: Int? = nil) -> String {
        let most = max.map { [("max", JSONValue.integer($0))] } ?? []
        symbols.append((name, .object(JSONObject([("default", .integer(value)), ("min", .integer(min))] + most))))
        return name
    }

    mutating func input(_ name: String, _ shape: [JSONValue], encoding: JSONValue = "f32") -> String {
        inputs.append((name, ["shape": .array(shape), "encoding": encoding]))
        return name
    }

    mutating func state(_ name: String, _ shape: [JSONValue], encoding: JSONValue) -> String {
        states.append((scope + name, ["shape": .array(shape), "encoding": encoding]))
        return scope + name
    }

    /// Plain numbers: `f32`, or a float or int32 of this codec.
    mutating func constant(_ name: String, _ shape: [JSONValue], codec: Codec = .float32) -> String {
        declare(scope + name, shape, encoding: .string(codec.name))
        constants.append(DraftedConstant(name: scope + name, shape: shape, content: .plain(codec)))
        return scope + name
    }

    mutating func number(_ name: String, _ value: Float) -> String { numbers(name, [1], [value]) }

    /// Numbers that every block uses, so they are outside of the scope.
    mutating func numbers(_ name: String, _ shape: [Int], _ values: @autoclosure () -> [Float]) -> String {
        guard declarations[name] == nil else { return name }
        let sizes = shape.map { JSONValue.integer($0) }
        declare(name, sizes, encoding: "f32")
        constants.append(DraftedConstant(name: name, shape: sizes, content: .numbers(values())))
        return name
    }

    private mutating func declare(_ name: String, _ shape: [JSONValue], encoding: JSONValue) {
        declarations[name] = ["shape": .array(shape), "encoding": encoding]
    }

    mutating func node(
        _ name: String, _ operation: String, _ inputs: [String], _ attributes: [(String, JSONValue)] = []
    ) -> String {
        let head: [(String, JSONValue)] = [
            ("name", .string(scope + name)), ("op", .string(operation)), ("inputs", .array(inputs.map { .string($0) })),
        ]
        nodes.append(.object(JSONObject(head + attributes)))
        return scope + name
    }
}

extension GraphDraft {
    /// A matrix of weights [outputs, inputs] in the format of weights.
    mutating func weight(_ name: String, outputs: Int, inputs: Int, structure: NOfM? = nil) -> String {
        var format = formats.weights(of: scope + name)
        // A group that is longer than the row is the whole row.
        if case .group(let group) = format.sharing, group > inputs { format.sharing = .channel }
        return weight(name, [outputs, inputs], format, structure)
    }

    /// Weights of a convolution [outputs, height, width, inputs], never grouped along their inputs.
    mutating func kernel(_ name: String, _ shape: [Int], structure: NOfM? = nil) -> String {
        var format = formats.weights(of: scope + name)
        if format.sharing != .tensor { format.sharing = .channel }
        return weight(name, shape, format, structure)
    }

    /// - Parameter structure: of every m weights along the inputs only n are there.
    private mutating func weight(_ name: String, _ shape: [Int], _ format: NumberFormat, _ structure: NOfM?) -> String {
        let sizes = shape.map { JSONValue.integer($0) }
        let pattern = structure.map { [("structure", JSONValue.object(["n": .integer($0.n), "m": .integer($0.m)]))] } ?? []
        guard format.scalesWeights else {
            let full = constant(name, sizes, codec: format.codec)
            if !pattern.isEmpty {
                declarations[full] = [
                    "shape": .array(sizes), "encoding": .object(JSONObject([("codec", .string(format.codec.name))] + pattern)),
                ]
            }
            return full
        }
        let full = scope + name
        constants.append(DraftedConstant(name: full, shape: sizes, content: .weights(format)))
        var encoding: [(String, JSONValue)] = [("codec", .string(format.codec.name)), ("scale", .string("\(full).scale"))]
        if format.hasZeros {
            encoding.append(("zero", .string("\(full).zero")))
        } else if let zero = format.zero {
            encoding.append(("zero", .integer(zero)))
        }
        switch format.sharing {
        case .channel: encoding.append(("axis", 0))
        case .group(let group): encoding.append(("group", .integer(group)))
        case .tensor: break
        }
        let scales = format.sharing.count(of: shape).map { JSONValue.integer($0) }
        declare("\(full).scale", scales, encoding: .string(format.scaleCodec.name))
        if format.hasZeros { declare("\(full).zero", scales, encoding: .string(format.codec.name)) }
        declarations[full] = ["shape": .array(sizes), "encoding": .object(JSONObject(encoding + pattern)), "storage": "packed"]
        return full
    }

    mutating func linear(_ name: String, _ x: String, outputs: Int, inputs: Int, bias: Bool) -> String {
        linear(name, x, weight("\(name).weight", outputs: outputs, inputs: inputs), outputs: outputs, bias: bias)
    }

    mutating func linear(_ name: String, _ x: String, _ weight: String, outputs: Int, bias: Bool) -> String {
        var operands = [x, weight]
        if bias { operands.append(constant("\(name).bias", [.integer(outputs)])) }
        return node(name, "linear", operands, bias ? [("output", "f32")] : [])
    }

    /// Activations as linear layers take them: codes with one scale per token, or per token and group, or floats.
    mutating func perToken(_ name: String, _ x: String) -> String {
        quantised.append(scope + name)
        let format = formats.activations(of: scope + name)
        if format.codec == .float32 { return x }
        let codec = JSONValue.string(format.codec.name)
        guard format.needsScale else { return node(name, "quantise", [x], [("encoding", codec)]) }
        let sharing: JSONValue = if case .group(let group) = format.sharing { ["group": .integer(group)] } else { "token" }
        return node(name, "quantise", [x], [("codec", codec), ("dynamic", sharing)])
    }

    /// Activations with a scale that is known beforehand, or floats.
    mutating func codes(_ name: String, _ x: String, scale: Float) -> String {
        if formats.activations.codec == .float32 { return x }
        return node(name, "quantise", [x], [("encoding", activationEncoding(scale: scale))])
    }

    func activationEncoding(scale: Float) -> JSONValue {
        let codec = JSONValue.string(formats.activations.codec.name)
        return formats.activations.needsScale ? ["codec": codec, "scale": .float(scale)] : codec
    }
}
