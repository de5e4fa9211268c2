import Diagnostics
import Formats

extension ONNXOperator {
    static let shapes: [String: ONNXOperator] = [
        "Shape": ONNXOperator(["start", "end"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let shape = try lowering.value(0).shape
            let count = shape.count
            func place(_ given: Int) -> Int { min(max(given < 0 ? given + count : given, 0), count) }
            let (start, end) = (
                place(lowering.node.integer("start", default: 0)), place(lowering.node.integer("end", default: count))
            )
            return [Value(sizes: start < end ? Array(shape[start..<end]) : [])]
        },
        "Size": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [Value([], .sizes([try lowering.value(0).shape.product]))]
        },
        "Constant": ONNXOperator(["value", "value_float", "value_floats", "value_int", "value_ints"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            let node = lowering.node
            if let tensor = node.attributes["value"] {
                return [try lowering.stored(try lowering.reading.tensor(tensor.t))]
            }
            if let number = node.attributes["value_float"] { return [Value(ConstantTensor([], [number.f]))] }
            if let numbers = node.attributes["value_floats"] {
                return [Value(ConstantTensor([numbers.floats.count], numbers.floats))]
            }
            if let number = node.attributes["value_int"] { return [Value([], .sizes([Size(Int(number.i))]))] }
            if let numbers = node.integers("value_ints") { return [Value(sizes: numbers.map { Size($0) })] }
            throw Diagnostic(field: "value", "is missing")
        },
        "ConstantOfShape": ONNXOperator(["value"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            guard let shape = try lowering.sizes(0, "a shape").numbers, shape.allSatisfy({ $0 >= 0 }) else {
                throw Diagnostic("a constant whose shape depends on a symbol")
            }
            let count = shape.reduce(1) {
                min(1 << 40, $0.multipliedReportingOverflow(by: $1).overflow ? 1 << 40 : $0 * $1)
            }
            try lowering.refuse(count > ConstantTensor.stretchLimit, "a constant of \(count) elements")
            guard let value = lowering.node.attributes["value"] else {
                return [Value(ConstantTensor(.float32, shape) { .floats([Float](repeating: 0, count: count)) })]
            }
            let fill = try lowering.reading.tensor(value.t)
            try lowering.refuse(fill.count != 1, "a fill of \(fill.count) numbers", field: "value")
            return [try lowering.stored(fill.reshaped([]).broadcast(to: shape))]
        },
        "Range": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let (start, end) = (try lowering.integers(0, "a start"), try lowering.integers(1, "an end"))
            let step = try lowering.integers(2, "a step")
            guard start.count == 1, end.count == 1, step.count == 1, step[0] != 0, abs(end[0] - start[0]) < 1 << 24
            else {
                throw Diagnostic("bounds that are no single numbers")
            }
            return [
                try lowering.stored(
                    { ConstantTensor([$0.count], $0) }(Array(stride(from: start[0], to: end[0], by: step[0]))))
            ]
        },
        "Cast": ONNXOperator(["to", "saturate", "round_mode"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.cast(try lowering.value(0))]
        },
        "Sqrt": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            guard let constant = try lowering.value(0).constant else {
                throw Diagnostic("a square root computed at run time")
            }
            return [Value(constant.map { $0.squareRoot() })]
        },
    ]
}

extension ONNXLowering {
    /// A constant; few whole numbers become sizes.
    func stored(_ tensor: ConstantTensor) throws(Diagnostic) -> Value {
        guard tensor.type == .int64 || tensor.type == .int32 || tensor.type == .bool, tensor.count <= 64,
            tensor.shape.count < 2
        else {
            return Value(tensor)
        }
        return Value(tensor.shape.map { Size($0) }, .sizes(try tensor.integers().map { Size($0) }))
    }

    mutating func cast(_ value: Value) throws(Diagnostic) -> Value {
        guard let type = ElementType(rawValue: Int32(clamping: node.integer("to", default: 0))) else {
            throw Diagnostic(field: "to", "a type that is not known")
        }
        switch value.content {
        case .sizes(let sizes):
            if type == .int32 || type == .int64 { return value }
            if type == .bool, let numbers = sizes.numbers {
                return Value(value.shape, .sizes(numbers.map { Size($0 == 0 ? 0 : 1) }))
            }
            guard type == .float32 || type == .float64 else { throw Diagnostic(field: "to", "sizes as \(type.name)") }
            guard let numbers = sizes.numbers, let shape = value.shape.numbers else {
                throw Diagnostic("a size that becomes a float number")
            }
            return Value(ConstantTensor(shape, numbers.map { Float($0) }))
        case .constant(let tensor):
            switch type {
            case .float32, .float64:
                // Codes in integers: a multiplication by their scales mostly follows.
                if let codec = tensor.type.codes {
                    return try quantised(tensor, codec, ConstantTensor([1], [Float(1)]), nil)
                }
                return Value(tensor.map { $0 })
            case .float16, .bfloat16:
                let codec: Codec = type == .float16 ? .float16 : .bfloat16
                return Value(tensor.map { codec.float(ofCode: codec.code(ofFloat: $0)) })
            case .int32, .int64:
                guard tensor.type.isFloat else { return value }
                return try stored(
                    ConstantTensor(type, tensor.shape) { () throws(Diagnostic) in
                        .integers(try tensor.floats().map { $0.isFinite && abs($0) < 0x1p62 ? Int($0) : 0 })
                    })
            default:
                guard tensor.type == type else { throw Diagnostic(field: "to", "constants as \(type.name)") }
                return value
            }
        case .quantised: return value
        case .edge(var edge):
            let isWhole = edge.numbers == .whole
            switch type {
            case .float32, .float64:
                // Codes that the model reads as whole numbers have no scale in them.
                if case .codes(_, isReal: false) = edge.numbers {
                    throw Diagnostic(field: "to", "codes as \(type.name)")
                }
                if isWhole || narrow.contains(edge.tensor) {
                    edge.tensor = draft.node(wish, "dequantise", [edge.tensor])[0]
                    edge.numbers = .floats
                }
                return Value(value.shape, .edge(edge))
            case .float16, .bfloat16:
                let codec: JSONValue = type == .float16 ? "f16" : "bf16"
                edge = try real(try isWhole ? cast(value, to: .float32) : value)
                edge.tensor = emit("quantise", [edge.tensor], [("encoding", codec)])
                narrow.insert(edge.tensor)
                return Value(value.shape, .edge(edge))
            case .int32 where isWhole, .int64 where isWhole: return value
            case .bool where isWhole:
                remarks.insert("Cast: what becomes a truth value is taken to be 0 or 1")
                return value
            default: throw Diagnostic(field: "to", "numbers computed at run time as \(type.name)")
            }
        }
    }

    private mutating func cast(_ value: Value, to type: ElementType) throws(Diagnostic) -> Value {
        guard var edge = value.edge else { return value }
        edge.tensor = draft.node(wish, "dequantise", [edge.tensor])[0]
        edge.numbers = .floats
        return Value(value.shape, .edge(edge))
    }
}
