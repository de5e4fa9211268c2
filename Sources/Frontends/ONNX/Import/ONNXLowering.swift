import Diagnostics
import Formats

/// Turns the nodes of a model into those of a graph, one after the other.
///
/// Images are N, C, H, W in ONNX and N, H, W, C in the graph. Every edge knows in which order its axes lie, so an ONNX transpose
/// makes no node; an operation that needs another order than its input has makes one.
struct ONNXLowering {
    let formats: ImportFormats
    let reading: TensorReading
    var draft: ONNXDraft
    /// By ONNX name; what could not be made is missing.
    var values: [String: Value] = [:]
    /// How often a tensor is read.
    var uses: [String: Int]
    /// Weights of products without a bias or with a constant one, by the tensor that they yield.
    var products: [String: Product] = [:]
    /// What codes with a scale of run time are made of, by their tensor.
    var dynamics: [String: DynamicCodes] = [:]
    /// Where a tensor is no number, by the truth values that say so.
    var notNumbers: [String: String] = [:]
    /// Tensors of f16 and bf16.
    var narrow: Set<String> = []
    /// What became of numbers that a graph has no equal of.
    var remarks: Set<String> = []
    /// Names of weights whose format an import chooses, and of the nodes that read them.
    var overridable: [String] = []
    /// Sizes that the model leaves open.
    var openSizes: Set<String> = []
    /// The node that is being turned.
    var node = ONNXNode("", name: "", inputs: [], outputs: [], version: 0)

    struct Product {
        var weight: String
        var bias: String?
        /// In the model; other names may stand for the same tensor.
        var output: String
    }

    init(_ formats: ImportFormats, _ reading: TensorReading, reserved: [String], uses: [String: Int]) {
        self.formats = formats
        self.reading = reading
        draft = ONNXDraft(reserved: reserved)
        self.uses = uses
    }

    // MARK: Inputs of the node

    func value(_ input: Int) throws(Diagnostic) -> Value {
        guard node.has(input), let value = values[node.inputs[input]] else {
            throw Diagnostic(field: "input[\(input)]", "is missing")
        }
        return value
    }

    func optional(_ input: Int) -> Value? { node.has(input) ? values[node.inputs[input]] : nil }

    /// A tensor that has to be known.
    func constant(_ input: Int, _ what: String) throws(Diagnostic) -> ConstantTensor {
        guard let constant = try value(input).constant else {
            throw Diagnostic("\(what) computed at run time")
        }
        return constant
    }

    func number(_ input: Int, _ what: String) throws(Diagnostic) -> Float {
        let numbers = try constant(input, what).floats()
        guard numbers.count == 1 else { throw Diagnostic("\(what) of \(numbers.count) numbers, one expected") }
        return numbers[0]
    }

    /// Whole numbers, perhaps with symbols.
    func sizes(_ input: Int, _ what: String) throws(Diagnostic) -> [Size] {
        let value = try value(input)
        if case .sizes(let sizes) = value.content { return sizes }
        return try constant(input, what).integers().map { Size($0) }
    }

    func integers(_ input: Int, _ what: String) throws(Diagnostic) -> [Int] {
        guard let numbers = try sizes(input, what).numbers else { throw Diagnostic("\(what) out of open sizes (--bind)") }
        return numbers
    }

    /// An axis counted from the start.
    func axis(_ axis: Int, rank: Int) throws(Diagnostic) -> Int {
        guard (-rank..<rank).contains(axis) else {
            throw Diagnostic(field: "axis", "is \(axis) of \(rank) axes")
        }
        return axis < 0 ? axis + rank : axis
    }

    func axes(_ axes: [Int], rank: Int) throws(Diagnostic) -> [Int] {
        var counted: [Int] = []
        for axis in axes { counted.append(try self.axis(axis, rank: rank)) }
        return counted
    }

    // MARK: Nodes of the graph

    /// A node that yields one tensor, named after the ONNX output.
    mutating func emit(_ operation: String, _ inputs: [String], _ attributes: [(String, JSONValue)] = []) -> String {
        draft.node(wish, operation, inputs, attributes)[0]
    }

    var wish: String { node.outputs.first { !$0.isEmpty } ?? node.name }

    mutating func declare(_ tensor: ConstantTensor, name: String, codec: Codec = .float32) -> String {
        draft.constant(ImportedConstant(name: name, content: .floats(tensor, codec)))
    }

    mutating func number(_ number: Float) -> String {
        let key = "number \(number.bitPattern)"
        if let known = numbers[key] { return known }
        let name = declare(ConstantTensor([1], [number]), name: "number.\(number)")
        numbers[key] = name
        return name
    }

    private var numbers: [String: String] = [:]

    // MARK: Edges

    /// The tensor of the graph, whatever it holds.
    mutating func moved(_ value: Value) throws(Diagnostic) -> Edge {
        switch value.content {
        case .edge(let edge): return edge
        case .constant, .quantised, .sizes:
            guard let tensor = value.constant else {
                throw Diagnostic("open sizes that are computed with at run time (--bind)")
            }
            let isWhole = [.int64, .int32, .bool].contains(tensor.type)
            let content: ImportedConstant.Content = isWhole ? .whole(tensor) : .floats(tensor, .float32)
            let name = draft.constant(ImportedConstant(name: "\(wish).constant", content: content))
            let edge = Edge(name, isWhole ? .whole : .floats, rank: value.shape.count)
            return edge
        }
    }

    /// Its numbers as f32, in any order of axes.
    mutating func real(_ value: Value) throws(Diagnostic) -> Edge {
        var edge: Edge
        if case .sizes = value.content, let tensor = value.constant {
            let name = declare(ConstantTensor(tensor.shape, try tensor.floats()), name: "\(wish).constant")
            return Edge(name, .floats, rank: value.shape.count)
        }
        edge = try moved(value)
        switch edge.numbers {
        case .floats: return edge
        case .codes(_, isReal: true), .sums:
            edge.tensor = draft.node("\(edge.tensor).real", "dequantise", [edge.tensor])[0]
            edge.numbers = .floats
            return edge
        case .codes, .whole: throw Diagnostic("integer arithmetic")
        }
    }

    /// The tensor with its axes in this order.
    mutating func ordered(_ edge: Edge, _ shape: [Size], _ order: [Int]) throws(Diagnostic) -> Edge {
        var edge = edge
        if edge.numbers == .sums, edge.inner != nil || edge.order != order {
            // Sums with a scale per channel do not move.
            edge.tensor = draft.node("\(edge.tensor).real", "dequantise", [edge.tensor])[0]
            edge.numbers = .floats
        }
        if let inner = edge.inner {
            edge.inner = nil
            let plain = try ordered(edge, inner, Array(inner.indices))
            edge = Edge(
                draft.node("\(plain.tensor).flat", "reshape", [plain.tensor], [("shape", shape.json)])[0], edge.numbers,
                rank: shape.count)
        }
        guard edge.order != order else { return edge }
        let permutation = order.map { axis in edge.order.firstIndex(of: axis) ?? axis }
        let target = order.map { shape[$0] }
        let long = { (axes: [Int]) in axes.filter { shape[$0].number != 1 } }
        if long(edge.order) == long(order) {
            edge.tensor = draft.node("\(edge.tensor).moved", "reshape", [edge.tensor], [("shape", target.json)])[0]
        } else {
            edge.tensor =
                draft.node(
                    "\(edge.tensor).moved", "transpose", [edge.tensor],
                    [("permutation", .array(permutation.map { .integer($0) }))])[0]
        }
        edge.order = order
        return edge
    }

    mutating func plain(_ edge: Edge, _ shape: [Size]) throws(Diagnostic) -> Edge {
        try ordered(edge, shape, Array(shape.indices))
    }

    /// Numbers in the order of ONNX.
    mutating func plainReal(_ value: Value) throws(Diagnostic) -> String {
        try plain(try real(value), value.shape).tensor
    }

    /// A value of floats that a node yields, axes in ONNX's order.
    func floats(_ tensor: String, _ shape: [Size]) -> Value {
        Value(shape, .edge(Edge(tensor, .floats, rank: shape.count)))
    }
}

/// Formats of weights and activations of an import.
public struct ImportFormats: Sendable {
    /// Of weights of linear layers and convolutions; `nil` as the file has them.
    public var weights: NumberFormat?
    /// In front of products; `nil` f32.
    public var activations: NumberFormat?

    /// Sizes that the model leaves open, by symbol.
    public var bindings: [String: Int] = [:]
    /// Of weights of linear layers.
    public var overrides: [FormatOverride] = []

    public init() {}

    /// - Throws: when activations are codes that have no scales of run time.
    public init(weights: NumberFormat?, activations: NumberFormat?, bindings: [String: Int] = [:], overrides: [FormatOverride] = [])
        throws(Diagnostic)
    {
        self.weights = weights
        self.overrides = overrides
        // They are f32 where nothing is put in front of products.
        self.activations = activations?.codec == .float32 ? nil : activations
        self.bindings = bindings
        if let wrong = bindings.first(where: { $0.value < 0 || $0.value > 1 << 30 }) {
            throw Diagnostic(field: "--bind", "'\(wrong.key)' is \(wrong.value), a size expected")
        }
        if let activations, activations.needsScale {
            guard case .signed(let bits) = activations.codec, bits <= 8, activations.sharing != .tensor else {
                throw Diagnostic(
                    field: "--activations",
                    "is \(activations), a float or int2 to int8 with a scale per row or group expected (int8, int8:group=32)")
            }
        }
        if let wrong = overrides.first(where: { $0.activations != nil }) {
            throw Diagnostic(field: "--override", "'\(wrong.pattern.text)': activations of an ONNX model are those of --activations")
        }
    }

    /// - Parameter names: of a tensor and of the node that reads it.
    func weights(of names: [String]) -> NumberFormat? {
        guard let override = overrides.first(where: { override in names.contains { override.matches(weight: $0) } }) else {
            return weights
        }
        return if case .format(let format) = override.weights { format } else { nil }
    }
}
