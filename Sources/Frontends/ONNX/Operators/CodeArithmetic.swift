import Diagnostics
import Formats

/// Whole numbers of 2 to 16 bits that are computed with. They are f32 meanwhile, which are exact below 2^24; what lies beyond
/// their range wraps, as C and numpy have it (ONNX leaves it open).
extension ONNXLowering {
    /// Codes that are the very numbers which the model reads, as f32; `nil` for all else.
    mutating func plainNumber(_ value: Value) throws(Diagnostic) -> Value? {
        guard case .codes(let format, isReal: false)? = value.edge?.numbers, format.scale ?? 1 == 1, format.zero == 0 else { return nil }
        return try number(of: value)
    }

    /// Numbers of run time as codes, after cutting off what is behind the point.
    mutating func narrowed(_ value: Value, _ codec: Codec) throws(Diagnostic) -> Value {
        var whole: Value
        if let plain = try plainNumber(value) {
            whole = plain
        } else if value.edge?.numbers == .whole {
            whole = try number(of: value)
        } else {
            whole = try truncated(Value(value.shape, .edge(try real(value))))
        }
        whole = try wrapped(whole, codec)
        guard var edge = whole.edge else { throw Diagnostic("numbers that are known") }
        edge.tensor = emit("quantise", [edge.tensor], [("encoding", CodeFormat(codec: codec, scale: 1, zero: 0).json)])
        // They stand for nothing yet: whoever reads them says for what.
        edge.numbers = .codes(CodeFormat(codec: codec, scale: nil, zero: 0), isReal: false)
        return Value(value.shape, .edge(edge))
    }

    /// Arithmetic of two tensors of the same narrow integers, at least one of them of run time; `nil` for other operands.
    mutating func narrowArithmetic(
        _ operation: String, _ a: Value, _ b: Value, _ function: @escaping @Sendable (Float, Float) -> Float
    ) throws(Diagnostic) -> Value? {
        guard let codec = a.narrowCodec ?? b.narrowCodec, let left = try narrowOperand(a, codec), let right = try narrowOperand(b, codec)
        else { return nil }
        let result: Value
        if operation == "mul", codec.bits > 12 {
            result = try product(left, right, codec)
        } else {
            let number = try binary(operation, left, right, function)
            result = operation == "div" ? try truncated(number) : number
        }
        return try narrowed(result, codec)
    }

    /// What quotients of int32 leave, with the sign of the divisor or, when they are cut off, of the dividend.
    mutating func remainder(_ a: Value, _ b: Value, isTruncated: Bool) throws(Diagnostic) -> Value {
        remarks.insert("Mod: whole numbers of run time are taken to be below 2^24")
        let quotient = try binary("div", try number(of: a), try number(of: b)) { $0 / $1 }
        let turns = try counted(isTruncated ? try truncated(quotient) : try floor(quotient))
        return try binary("sub", a, try binary("mul", turns, b) { $0 * $1 }) { $0 - $1 }
    }

    /// Quotients of int32, towards 0.
    mutating func wholeQuotient(_ a: Value, _ b: Value) throws(Diagnostic) -> Value {
        remarks.insert("Div: whole numbers of run time are taken to be below 2^24")
        return try counted(try truncated(try binary("div", try number(of: a), try number(of: b)) { $0 / $1 }))
    }

    private mutating func narrowOperand(_ value: Value, _ codec: Codec) throws(Diagnostic) -> Value? {
        if let constant = value.constant { return constant.type.codes == codec ? Value(constant.map { $0 }) : nil }
        return value.narrowCodec == codec ? try plainNumber(value) : nil
    }

    /// Products of more than 24 bits are made in int32, of which the lowest bits stay; those of signed numbers fit.
    private mutating func product(_ a: Value, _ b: Value, _ codec: Codec) throws(Diagnostic) -> Value {
        let signed = Codec.signed(bits: codec.bits)
        let (left, right) = codec == signed ? (a, b) : (try wrapped(a, signed), try wrapped(b, signed))
        let whole = try binary("mul", try counted(left), try counted(right)) { $0 * $1 }
        let span = 1 << codec.bits
        let turns = try counted(try scaled(try number(of: whole), by: 1 / Float(span)))
        let size = Value(ConstantTensor(.int32, [1]) { () throws(Diagnostic) in .integers([span]) })
        let rest = try binary("sub", whole, try binary("mul", turns, size) { $0 * $1 }) { $0 - $1 }
        return try number(of: rest)
    }

    /// x less whole turns of the codec's range. `(x - least) / 2^bits` lies on a grid, so half a step below a half is never a tie.
    private mutating func wrapped(_ value: Value, _ codec: Codec) throws(Diagnostic) -> Value {
        guard let range = codec.range else { return value }
        let span = Float(1 << codec.bits)
        let shift = Float(-range.lowerBound) / span - 0.5 + 0.5 / span
        let place = try binary("add", try scaled(value, by: 1 / span), Value(ConstantTensor([], [shift]))) { $0 + $1 }
        let turns = try number(of: try counted(place))
        return try difference(value, try scaled(turns, by: span))
    }
}

extension Value {
    /// Of whole numbers of at most 16 bits that stand for nothing else.
    fileprivate var narrowCodec: Codec? {
        guard case .codes(let format, isReal: false)? = edge?.numbers else { return nil }
        return format.codec
    }
}

extension ConstantTensor {
    /// Towards 0, and into the range of a codec by whole turns.
    func wrapped(_ type: ElementType, _ codec: Codec) -> ConstantTensor {
        ConstantTensor(type, shape) { [self] () throws(Diagnostic) in
            let whole =
                self.type.isFloat
                ? try floats().map { $0.isNaN ? 0 : Int(min(max($0, -0x1p62), 0x1p62)) } : try integers()
            return .integers(whole.map { $0.wrapped(codec) })
        }
    }
}

extension Int {
    func wrapped(_ codec: Codec) -> Int {
        guard let range = codec.range else { return self }
        let kept = self & (1 << codec.bits - 1)
        return kept > range.upperBound ? kept - 1 << codec.bits : kept
    }
}
