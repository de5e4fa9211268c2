import Diagnostics
import Formats
import Graph
import Testing

/// A graph of one node, built from values.
struct OneNode {
    var operation: Operation
    private var graph = Graph(name: "test")
    private var tensors: [String: Tensor] = [:]
    private var inputNames: [String] = []

    init(_ operation: Operation) { self.operation = operation }

    /// An operand of f32 numbers.
    mutating func add(_ name: String, _ shape: [Int], _ values: [Float], as kind: Kind = .operand) {
        add(name, TensorType(shape: shape, encoding: .float32), Tensor(shape: shape, storage: .float32(values)), kind)
    }

    /// An operand of codes, given by their integer values.
    mutating func add(
        _ name: String, _ shape: [Int], _ encoding: TensorEncoding, _ values: [Int], as kind: Kind = .operand
    ) {
        let codes = values.map { encoding.codec.code(ofValue: $0) ?? 0 }
        let storage: Tensor.Storage =
            switch encoding.codec {
            case .signed(let bits) where bits <= 8: .int8(values.map { Int8($0) })
            case .signed(let bits) where bits <= 16: .int16(values.map { Int16($0) })
            case .signed: .int32(values.map { Int32($0) })
            case .unsigned(let bits) where bits > 8: .uint16(values.map { UInt16($0) })
            default: .uint8(codes.map { UInt8($0) })
            }
        add(name, TensorType(shape: shape, encoding: encoding), Tensor(shape: shape, storage: storage), kind)
    }

    enum Kind {
        case operand
        /// Named by an encoding or attribute only.
        case parameter
        case state
    }

    mutating func add(_ name: String, _ type: TensorType, _ tensor: Tensor, _ kind: Kind) {
        graph.types[name] = type
        tensors[name] = tensor
        switch kind {
        case .operand:
            graph.inputs.append(name)
            inputNames.append(name)
        case .parameter: graph.constants.append(name)
        case .state:
            graph.states.append(name)
            inputNames.append(name)
        }
    }

    func run(_ outputs: TensorType...) throws -> [Tensor] {
        var states = tensors.filter { graph.states.contains($0.key) }
        return try run(outputs, &states)
    }

    func run(_ outputs: [TensorType], _ states: inout [String: Tensor]) throws -> [Tensor] {
        var graph = graph
        let names = outputs.indices.map { $0 == 0 ? "y" : "y\($0)" }
        for (name, type) in zip(names, outputs) { graph.types[name] = type }
        graph.nodes = [Node(name: "node", operation: operation, inputs: inputNames, outputs: names)]
        graph.outputs = names
        let tensors = tensors
        let evaluator = ReferenceEvaluator(graph: graph) { name in
            guard let tensor = tensors[name] else { throw Diagnostic(node: name, "unknown constant") }
            return tensor
        }
        let inputs = tensors.filter { graph.inputs.contains($0.key) }
        let results = try evaluator.run(inputs: inputs, states: &states)
        return try names.map { try #require(results[$0]) }
    }

    /// One f32 output.
    func floats(_ shape: [Int]) throws -> [Float] {
        let tensor = try run(TensorType(shape: shape, encoding: .float32))[0]
        guard case .float32(let values) = tensor.storage else {
            Issue.record("the output is not f32")
            return []
        }
        return values
    }

    /// One output of codes, as integer values.
    func integers(_ shape: [Int], _ encoding: TensorEncoding = .int32) throws -> [Int] {
        let tensor = try run(TensorType(shape: shape, encoding: encoding))[0]
        #expect(tensor.shape == shape)
        return values(tensor, encoding.codec)
    }

    func values(_ tensor: Tensor, _ codec: Codec) -> [Int] {
        let elements: [Int] =
            switch tensor.storage {
            case .int8(let elements): elements.map(Int.init)
            case .uint8(let elements): elements.map(Int.init)
            case .int16(let elements): elements.map(Int.init)
            case .uint16(let elements): elements.map(Int.init)
            case .int32(let elements): elements.map(Int.init)
            case .float32, .float16, .bfloat16, .minifloat: []
            }
        return elements.map { Int(codec.value(ofCode: UInt32(truncatingIfNeeded: $0))) }
    }
}

/// The diagnostics that a run ends with.
func diagnostics(_ body: () throws -> Void) -> String {
    do {
        try body()
        return ""
    } catch {
        return "\(error)"
    }
}

extension TensorEncoding {
    static func codes(
        _ codec: Codec, scale: Scale = .none, zero: ZeroPoint = .uniform(0)
    ) -> TensorEncoding {
        TensorEncoding(codec: codec, scale: scale, zeroPoint: zero)
    }
}
