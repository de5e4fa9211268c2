import Diagnostics
import Formats

/// What is no number, and what is infinite. A greatest number is looked for from -infinity on, and nothing that is no number is
/// greater: a pool over padding and one place takes it away.
extension ONNXOperator {
    static let notNumbers: [String: ONNXOperator] = [
        "IsNaN": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            if let constant = value.constant { return [try lowering.stored(constant.truth { $0.isNaN })] }
            let edge = try lowering.real(value)
            let present = try lowering.withoutNaN(try lowering.magnitude(Value(value.shape, .edge(edge))))
            let isNumber = try lowering.clip(try lowering.binary("add", present, Value(ConstantTensor([], [Float(1)]))) { $0 + $1 }, 0, 1)
            let truth = try lowering.counted(try lowering.complement(isNumber))
            if let tensor = truth.edge?.tensor { lowering.notNumbers[tensor] = edge.tensor }
            return [truth]
        },
        // Found by raising: a softmax is never negative.
        "SoftmaxOrZero": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.unary("relu", try lowering.withoutNaN(try lowering.value(0)))]
        },
        "IsInf": ONNXOperator(["detect_negative", "detect_positive"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let takesPositive = lowering.node.integer("detect_positive", default: 1) != 0
            let takesNegative = lowering.node.integer("detect_negative", default: 1) != 0
            if let constant = value.constant {
                return [try lowering.stored(constant.truth { $0.isInfinite && ($0 < 0 ? takesNegative : takesPositive) })]
            }
            var found = Value(ConstantTensor([], [Float(0)]))
            for (sign, isTaken) in [(Float(1), takesPositive), (-1, takesNegative)] where isTaken {
                let limit = Value(ConstantTensor([], [Float.greatestFiniteMagnitude]))
                let above = try lowering.difference(try lowering.scaled(Value(value.shape, .edge(try lowering.real(value))), by: sign), limit)
                found = try lowering.binary("add", try lowering.clip(try lowering.withoutNaN(above), 0, 1), found) { $0 + $1 }
            }
            return [try lowering.counted(try lowering.stretched(found, to: value.shape))]
        },
    ]
}

extension ONNXLowering {
    /// The same, and -infinity in the place of what is no number.
    mutating func withoutNaN(_ value: Value) throws(Diagnostic) -> Value {
        let flat = try plainReal(value)
        let places = [value.shape.dropLast().product, Size(1), Size(1), value.shape.last ?? Size(1)]
        let line = draft.node("\(flat).places", "reshape", [flat], [("shape", places.json)])[0]
        let pool = draft.node(
            "\(wish).numbers", "max_pool", [line], [("window", [1, 2]), ("stride", [1, 1]), ("padding", [0, 1, 0, 0])])[0]
        return try reshaped(floats(pool, places), value.shape)
    }

    /// What is left of a choice whose condition says where this very tensor is no number: finite, so that it can be multiplied by 0.
    mutating func choosable(_ value: Value, where condition: Value) throws(Diagnostic) -> Value {
        guard let truth = condition.edge?.tensor, let tensor = value.edge?.tensor, notNumbers[truth] == tensor else { return value }
        return try clip(try withoutNaN(value), -Float.greatestFiniteMagnitude, .greatestFiniteMagnitude)
    }
}

extension ConstantTensor {
    fileprivate func truth(_ function: @escaping @Sendable (Float) -> Bool) -> ConstantTensor {
        ConstantTensor(.bool, shape) { [self] () throws(Diagnostic) in .integers(try floats().map { function($0) ? 1 : 0 }) }
    }
}
