import Diagnostics
import Foundation

/// Functions of one number that a graph makes of others, or that are known for constants only.
extension ONNXOperator {
    static let functions: [String: ONNXOperator] = [
        "Exp": function(Foundation.exp) { (lowering: inout ONNXLowering, value: Value) throws(Diagnostic) in
            try lowering.unary("exp", value)
        },
        "Log": function(Foundation.log) { (lowering: inout ONNXLowering, value: Value) throws(Diagnostic) in
            try lowering.unary("log", value)
        },
        "Sqrt": function({ $0.squareRoot() }) { (lowering: inout ONNXLowering, value: Value) throws(Diagnostic) in
            try lowering.root(value)
        },
        "Floor": function(Foundation.floor) { (lowering: inout ONNXLowering, value: Value) throws(Diagnostic) in
            try lowering.floor(value)
        },
        "Ceil": function(Foundation.ceil) { (lowering: inout ONNXLowering, value: Value) throws(Diagnostic) in
            try lowering.scaled(try lowering.floor(try lowering.scaled(value, by: -1)), by: -1)
        },
        "Round": function({ $0.rounded(.toNearestOrEven) }) { (lowering: inout ONNXLowering, value: Value) throws(Diagnostic) in
            try lowering.rounded(value)
        },
        "Sign": function({ $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }) { (lowering: inout ONNXLowering, value: Value) throws(Diagnostic) in
            try lowering.sign(value)
        },
        "Sin": function(Foundation.sin) { (lowering: inout ONNXLowering, value: Value) throws(Diagnostic) in
            try lowering.unary("sin", value)
        },
        "Cos": function(Foundation.cos) { (lowering: inout ONNXLowering, value: Value) throws(Diagnostic) in
            try lowering.unary("cos", value)
        },
        "Erf": function(Foundation.erf) { (lowering: inout ONNXLowering, value: Value) throws(Diagnostic) in
            try lowering.unary("erf", value)
        },
        "ThresholdedRelu": ONNXOperator(["alpha"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0), alpha = lowering.node.float("alpha", default: 1)
            let above = try lowering.step(try lowering.difference(value, Value(ConstantTensor([], [alpha]))))
            return [try lowering.binary("mul", value, above) { $0 * $1 }]
        },
        "Elu": ONNXOperator(["alpha"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.exponentialUnit(try lowering.value(0), lowering.node.float("alpha", default: 1), inner: 1)]
        },
        "Celu": ONNXOperator(["alpha"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let alpha = lowering.node.float("alpha", default: 1)
            return [try lowering.exponentialUnit(try lowering.value(0), alpha, inner: 1 / alpha)]
        },
        "Selu": ONNXOperator(["alpha", "gamma"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let alpha = lowering.node.float("alpha", default: 1.673_263_2), gamma = lowering.node.float("gamma", default: 1.050_701)
            return [try lowering.scaled(try lowering.exponentialUnit(try lowering.value(0), alpha, inner: 1), by: gamma)]
        },
        "Softsign": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let size = try lowering.binary("add", try lowering.magnitude(value), Value(ConstantTensor([], [Float(1)]))) { $0 + $1 }
            return [try lowering.binary("div", value, size) { $0 / $1 }]
        },
        "Mish": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            // tanh(ln(1 + e)) = n / (n + 2), n = e (e + 2), which is 1 in f32 from exp(20) on.
            let value = try lowering.value(0)
            let two = Value(ConstantTensor([], [Float(2)]))
            let e = try lowering.unary("exp", try lowering.clip(value, -Float.greatestFiniteMagnitude, 20))
            let n = try lowering.binary("mul", e, try lowering.binary("add", e, two) { $0 + $1 }) { $0 * $1 }
            let share = try lowering.binary("div", n, try lowering.binary("add", n, two) { $0 + $1 }) { $0 / $1 }
            return [try lowering.binary("mul", value, share) { $0 * $1 }]
        },
    ]

    private static func function(
        _ known: @escaping @Sendable (Double) -> Double,
        _ lower: @escaping @Sendable (inout ONNXLowering, Value) throws(Diagnostic) -> Value
    ) -> ONNXOperator {
        ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            if let constant = value.constant, constant.type.isFloat { return [Value(constant.map { Float(known(Double($0))) })] }
            return [try lower(&lowering, value)]
        }
    }
}

extension ONNXLowering {
    /// x where it is positive, else alpha (e^(inner x) - 1), which is alpha 2 t / (1 - t) with t = tanh(inner x / 2).
    mutating func exponentialUnit(_ value: Value, _ alpha: Float, inner: Float) throws(Diagnostic) -> Value {
        let negative = try clip(value, -Float.greatestFiniteMagnitude, 0)
        let t = try unary("tanh", try scaled(negative, by: inner / 2))
        let rest = try binary("sub", Value(ConstantTensor([], [Float(1)])), t) { $0 - $1 }
        let part = try binary("div", try scaled(t, by: 2 * alpha), rest) { $0 / $1 }
        return try binary("add", try unary("relu", value), part) { $0 + $1 }
    }
}
