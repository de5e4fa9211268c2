import Diagnostics
import Formats

/// Functions with steps, made of `clip` and sums: signs, comparisons and rounding of numbers that are computed at run time.
/// All are exact, also for the least subnormal number.
extension ONNXLowering {
    /// 1 where x > 0, else 0: x times 2^200, in two parts, between 0 and 1.
    mutating func step(_ value: Value) throws(Diagnostic) -> Value {
        let once = try clip(try scaled(value, by: 0x1p100), 0, 1)
        return try clip(try scaled(once, by: 0x1p100), 0, 1)
    }

    /// 1, 0 or -1.
    mutating func sign(_ value: Value) throws(Diagnostic) -> Value {
        let negative = try step(try scaled(value, by: -1))
        return try difference(try step(value), negative)
    }

    /// The nearest whole number, half to even. From 2^23 on all numbers are whole, and adding 2^23 leaves no others.
    mutating func rounded(_ value: Value) throws(Diagnostic) -> Value {
        let positive = try roundedMagnitude(value)
        return try difference(positive, try roundedMagnitude(try scaled(value, by: -1)))
    }

    /// The same for positive numbers, 0 for others.
    private mutating func roundedMagnitude(_ value: Value) throws(Diagnostic) -> Value {
        let small = try clip(value, 0, 0x1p23)
        let edge = Value(ConstantTensor([], [Float(0x1p23)]))
        let whole = try difference(try binary("add", small, edge) { $0 + $1 }, edge)
        return try binary("add", whole, try difference(try unary("relu", value), small)) { $0 + $1 }
    }

    /// The greatest whole number that is not above x.
    mutating func floor(_ value: Value) throws(Diagnostic) -> Value {
        let nearest = try rounded(value)
        return try difference(nearest, try step(try difference(nearest, value)))
    }

    /// Towards 0.
    mutating func truncated(_ value: Value) throws(Diagnostic) -> Value {
        let positive = try floor(try unary("relu", value))
        return try difference(positive, try floor(try unary("relu", try scaled(value, by: -1))))
    }

    mutating func difference(_ a: Value, _ b: Value) throws(Diagnostic) -> Value { try binary("sub", a, b) { $0 - $1 } }

    mutating func complement(_ truth: Value) throws(Diagnostic) -> Value {
        try difference(Value(ConstantTensor([], [Float(1)])), truth)
    }

    /// Whole numbers as int32.
    mutating func counted(_ value: Value) throws(Diagnostic) -> Value {
        var edge = try real(value)
        edge.tensor = emit("quantise", [edge.tensor], [("encoding", "int32")])
        edge.numbers = .whole
        return Value(value.shape, .edge(edge))
    }

    // MARK: Comparisons

    enum Comparison { case equal, greater, greaterOrEqual, less, lessOrEqual }

    /// Truth values of run time, as int32.
    mutating func compared(_ a: Value, _ b: Value, _ comparison: Comparison) throws(Diagnostic) -> Value {
        for constant in [a, b].compactMap(\.constant) where constant.type.isFloat {
            try refuse(try constant.floats().contains { !$0.isFinite }, "a comparison with what is no finite number")
        }
        let (left, right) = (try number(of: a), try number(of: b))
        func isGreater(_ a: Value, _ b: Value, _ lowering: inout ONNXLowering) throws(Diagnostic) -> Value {
            try lowering.step(try lowering.difference(a, b))
        }
        let truth =
            switch comparison {
            case .greater: try isGreater(left, right, &self)
            case .less: try isGreater(right, left, &self)
            case .greaterOrEqual: try complement(try isGreater(right, left, &self))
            case .lessOrEqual: try complement(try isGreater(left, right, &self))
            case .equal:
                try difference(
                    try complement(try isGreater(left, right, &self)), try isGreater(right, left, &self))
            }
        return try counted(truth)
    }

    /// Numbers as they are, those of int32 as f32, which are exact below 2^24, and what codes stand for, which is in the same order.
    mutating func number(of value: Value) throws(Diagnostic) -> Value {
        if let constant = value.constant { return constant.type.isFloat ? value : Value(constant.map { $0 }) }
        guard var edge = value.edge, edge.numbers != .floats, edge.numbers != .sums else { return value }
        edge.tensor = draft.node("\(edge.tensor).float", "dequantise", [edge.tensor])[0]
        edge.numbers = .floats
        return Value(value.shape, .edge(edge))
    }
}
