import Diagnostics
import Foundation

/// Functions of one number that a graph makes of others, or that are known for constants only.
extension ONNXOperator {
    static let functions: [String: ONNXOperator] = [
        "Exp": function(Foundation.exp) { (lowering: inout ONNXLowering, value: Value) throws(Diagnostic) in
            try lowering.exponential(value)
        },
        "Log": constants("a logarithm", Foundation.log), "Sin": constants("a sine", Foundation.sin),
        "Cos": constants("a cosine", Foundation.cos), "Floor": constants("rounding", Foundation.floor),
        "Ceil": constants("rounding", Foundation.ceil), "Round": constants("rounding") { $0.rounded(.toNearestOrEven) },
        "Sign": constants("a sign") { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 },
        "Sqrt": constants("a square root") { $0.squareRoot() }, "Erf": constants("an error function", Foundation.erf),
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
            let e = try lowering.exponential(try lowering.clip(value, -Float.greatestFiniteMagnitude, 20))
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

    private static func constants(_ what: String, _ known: @escaping @Sendable (Double) -> Double) -> ONNXOperator {
        function(known) { (_: inout ONNXLowering, _: Value) throws(Diagnostic) in
            throw Diagnostic("\(what) computed at run time")
        }
    }
}

extension ONNXLowering {
    /// e^x as the ratio of sigmoid(x) to sigmoid(-x), which is precise on both sides of 0.
    mutating func exponential(_ value: Value) throws(Diagnostic) -> Value {
        let negative = try unary("sigmoid", try scaled(value, by: -1))
        return try binary("div", try unary("sigmoid", value), negative) { $0 / $1 }
    }

    /// x where it is positive, else alpha (e^(inner x) - 1), which is alpha 2 t / (1 - t) with t = tanh(inner x / 2).
    mutating func exponentialUnit(_ value: Value, _ alpha: Float, inner: Float) throws(Diagnostic) -> Value {
        let negative = try clip(value, -Float.greatestFiniteMagnitude, 0)
        let t = try unary("tanh", try scaled(negative, by: inner / 2))
        let rest = try binary("sub", Value(ConstantTensor([], [Float(1)])), t) { $0 - $1 }
        let part = try binary("div", try scaled(t, by: 2 * alpha), rest) { $0 / $1 }
        return try binary("add", try unary("relu", value), part) { $0 + $1 }
    }

    /// Products of a number with itself: exponents are small whole numbers, below 0 too.
    mutating func power(_ value: Value, _ exponent: Value) throws(Diagnostic) -> Value {
        if value.constant != nil, exponent.constant != nil, value.constant?.type.isFloat == true {
            return try binary("pow", value, exponent) { Float(Foundation.pow(Double($0), Double($1))) }
        }
        guard let constant = exponent.constant, constant.count == 1 else {
            throw Diagnostic("exponents that are not one number that is known")
        }
        let given = try constant.floats()[0]
        guard let power = Int(exactly: given), (-8...8).contains(power), power != 0 else {
            throw Diagnostic("an exponent of \(given), whole numbers from 1 to 8 and their negatives are supported")
        }
        var result = value
        for _ in 1..<abs(power) { result = try binary("mul", result, value) { $0 * $1 } }
        guard power < 0 else { return result }
        return try binary("div", Value(ConstantTensor([], [Float(1)])), result) { $0 / $1 }
    }
}
