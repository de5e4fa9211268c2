import Diagnostics
import Formats

extension ONNXLowering {
    mutating func cast(_ value: Value) throws(Diagnostic) -> Value {
        guard let type = ElementType(rawValue: Int32(clamping: node.integer("to", default: 0))) else {
            throw Diagnostic(field: "to", "a type that is not known")
        }
        switch value.content {
        case .sizes(let sizes): return try cast(sizes: sizes, value, type)
        case .constant(let tensor): return try cast(constant: tensor, type)
        case .quantised: return value
        case .edge(let edge): return try cast(edge: edge, value, type)
        }
    }

    private func cast(sizes: [Size], _ value: Value, _ type: ElementType) throws(Diagnostic) -> Value {
        if type == .int32 || type == .int64 { return value }
        if type == .bool, let numbers = sizes.numbers {
            return Value(value.shape, .sizes(numbers.map { Size($0 == 0 ? 0 : 1) }))
        }
        guard type == .float32 || type == .float64 || type == .float16 else { throw Diagnostic(field: "to", "sizes as \(type.name)") }
        guard let numbers = sizes.numbers, let shape = value.shape.numbers else {
            throw Diagnostic("a size that becomes a float number")
        }
        return Value(ConstantTensor(shape, numbers.map { Float($0) }))
    }

    private func cast(constant tensor: ConstantTensor, _ type: ElementType) throws(Diagnostic) -> Value {
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
            guard tensor.type.isFloat else { return Value(ConstantTensor(type, tensor.shape, load: tensor.load)) }
            return try stored(tensor.truncated(type, Int(Int32.min)...Int(Int32.max)))
        case .bool:
            return try stored(
                ConstantTensor(.bool, tensor.shape) { () throws(Diagnostic) in .integers(try tensor.floats().map { $0 == 0 ? 0 : 1 }) })
        default:
            if tensor.type == type { return Value(tensor) }
            if let format = type.minifloat {
                try refuse(node.integer("saturate", default: 1) == 0, "numbers that overflow", field: "saturate")
                return Value(
                    ConstantTensor(type, tensor.shape) { () throws(Diagnostic) in
                        .integers(try tensor.floats().map { Int(format.code(ofFloat: $0)) })
                    })
            }
            guard let codec = type.codes else { throw Diagnostic(field: "to", "constants as \(type.name)") }
            return Value(tensor.wrapped(type, codec))
        }
    }

    private mutating func cast(edge: Edge, _ value: Value, _ type: ElementType) throws(Diagnostic) -> Value {
        var edge = edge
        let isWhole = edge.numbers == .whole
        switch type {
        case .float32, .float64:
            if let plain = try plainNumber(value) { return plain }
            // Other codes that the model reads as whole numbers have no scale in them.
            if case .codes(_, isReal: false) = edge.numbers {
                throw Diagnostic(field: "to", "codes as \(type.name)")
            }
            if isWhole || narrow.contains(edge.tensor) { edge = widened(edge) }
            return Value(value.shape, .edge(edge))
        case .float16, .bfloat16, .float8e4m3, .float8e5m2, .float4e2m1:
            try refuse(node.integer("saturate", default: 1) == 0, "numbers that overflow", field: "saturate")
            let codec = type.minifloat ?? (type == .float16 ? .float16 : .bfloat16)
            edge = try real(try plainNumber(value) ?? (isWhole ? Value(value.shape, .edge(widened(edge))) : value))
            edge.tensor = emit("quantise", [edge.tensor], [("encoding", .string(codec.name))])
            narrow.insert(edge.tensor)
            return Value(value.shape, .edge(edge))
        case .int32 where isWhole, .int64 where isWhole: return value
        case .bool where isWhole:
            remarks.insert("Cast: what becomes a truth value is taken to be 0 or 1")
            return value
        case .int32, .int64:
            if let plain = try plainNumber(value) { return try counted(plain) }
            guard edge.numbers == .floats else { throw Diagnostic(field: "to", "codes as \(type.name)") }
            return try counted(try truncated(value))
        case .bool:
            let number = try plainNumber(value)
            guard number != nil || edge.numbers == .floats else { throw Diagnostic(field: "to", "codes as \(type.name)") }
            return try counted(try magnitude(try sign(number ?? value)))
        default:
            if let codec = type.codes { return try narrowed(value, codec) }
            throw Diagnostic(field: "to", "numbers computed at run time as \(type.name)")
        }
    }

    /// Whole numbers, or narrow floats, as f32.
    private mutating func widened(_ edge: Edge) -> Edge {
        var edge = edge
        edge.tensor = draft.node(wish, "dequantise", [edge.tensor])[0]
        edge.numbers = .floats
        return edge
    }
}

extension ConstantTensor {
    /// Towards 0, inside of a range.
    func truncated(_ type: ElementType, _ range: ClosedRange<Int>) -> ConstantTensor {
        ConstantTensor(type, shape) { [self] () throws(Diagnostic) in
            guard self.type.isFloat else {
                return .integers(try integers().map { min(max($0, range.lowerBound), range.upperBound) })
            }
            return .integers(
                try floats().map { $0.isNaN ? 0 : Int(min(max($0, Float(range.lowerBound)), Float(range.upperBound))) })
        }
    }
}
