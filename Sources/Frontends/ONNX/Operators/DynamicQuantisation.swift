import Diagnostics
import Formats

extension ONNXLowering {
    mutating func dynamicallyQuantised() throws(Diagnostic) -> [Value] {
        let value = try value(0)
        let edge = try plain(try real(value), value.shape)
        let outputs = draft.node(
            wish, "quantise", [edge.tensor], [("codec", "int8"), ("dynamic", "token")], outputs: 2)
        remarks.insert("DynamicQuantizeLinear: uint8 with one scale per tensor becomes int8 with one scale per token")
        return [
            Value(value.shape, .edge(Edge(outputs[0], .dynamicCodes, rank: value.shape.count))),
            Value([], .dynamicScale(nil)), Value(ConstantTensor([], [0])),
        ]
    }

    mutating func integerProduct() throws(Diagnostic) -> Value {
        let (a, b) = (try value(0), try value(1))
        guard let edge = a.edge, let codes = b.constant, let codec = codes.type.codes, codes.shape.count == 2 else {
            throw Diagnostic("operands other than codes and constant weights of 2 axes")
        }
        let zero = node.has(3) ? try constant(3, "a zero point") : nil
        let ones = ConstantTensor([1], [Float(1)])
        guard
            case .quantised(let weight) = try quantised(
                codes, codec, ones, zero.flatMap { $0.count == 1 ? $0 : nil }, .tensor
            ).content,
            let turned = weight.transposed([1, 0]), zero.map({ $0.count == 1 }) ?? true
        else { throw Diagnostic("zero points per column") }
        let shape = a.shape.dropLast() + [b.shape[1]]
        let weights = declare(codes: turned)
        if edge.numbers == .dynamicCodes {
            let tensor = emit("linear", [edge.tensor, weights], [("output", "f32")])
            return Value(Array(shape), .edge(Edge(tensor, .dynamicSums, rank: shape.count)))
        }
        guard case .codes(let format, isReal: false) = edge.numbers else {
            throw Diagnostic("numbers that are no codes")
        }
        let offset = node.has(2) ? try constant(2, "a zero point").integers() : [0]
        try refuse(offset != [format.zero], "codes that are read with another zero point than they are written with")
        let flat = try plain(edge, a.shape)
        return Value(
            Array(shape),
            .edge(Edge(emit("linear", [flat.tensor, weights], [("output", "int32")]), .whole, rank: shape.count)))
    }

    /// Sums of codes that are read with the zero point that they are written with, by constant codes with one zero point.
    mutating func integerConvolution() throws(Diagnostic) -> Value {
        let x = try value(0)
        guard var edge = x.edge, let codes = try value(1).constant, let codec = codes.type.codes else {
            throw Diagnostic("operands other than codes and constant weights")
        }
        try refuse(edge.numbers == .dynamicCodes, "codes of a dynamic quantisation, whose scales are those of tokens")
        guard case .codes(let format, isReal: false) = edge.numbers else { throw Diagnostic("numbers that are no codes") }
        let zero = node.has(3) ? try constant(3, "a zero point") : nil
        try refuse(zero.map { $0.count != 1 } ?? false, "zero points per filter")
        let offset = node.has(2) ? try constant(2, "a zero point").integers() : [0]
        try refuse(offset != [format.zero], "codes that are read with another zero point than they are written with")
        let weights = try quantised(codes, codec, ConstantTensor([1], [Float(1)]), zero, .tensor)
        edge.numbers = .codes(format, isReal: true)
        let result = try convolution(Value(x.shape, .edge(edge)), weights, nil)
        guard var sums = result.edge, sums.numbers == .sums else { throw Diagnostic("weights that are no codes of integers") }
        sums.numbers = .whole
        return Value(result.shape, .edge(sums))
    }

    /// The multiplication that gives sums of dynamic codes their scale; `nil` for other operands.
    mutating func scaledSums(_ operation: String, _ a: Value, _ b: Value) throws(Diagnostic) -> Value? {
        func isScale(_ value: Value) -> Bool { if case .dynamicScale = value.content { true } else { false } }
        guard isScale(a) || isScale(b) else { return nil }
        let (scale, other) = isScale(a) ? (a, b) : (b, a)
        guard operation == "mul", case .dynamicScale(let factor) = scale.content else {
            throw Diagnostic("the scale of a dynamic quantisation is used in another way than to scale a product")
        }
        if let constant = other.constant {
            return Value(
                other.shape, .dynamicScale(factor.map { $0.combined(constant, constant.shape) { $0 * $1 } } ?? constant)
            )
        }
        guard var edge = other.edge, edge.numbers == .dynamicSums else {
            throw Diagnostic("the scale of a dynamic quantisation is used in another way than to scale a product")
        }
        edge.numbers = .floats
        let sums = Value(other.shape, .edge(edge))
        return try factor.map { constant throws(Diagnostic) in try binary("mul", sums, Value(constant)) { $0 * $1 } }
            ?? sums
    }
}
