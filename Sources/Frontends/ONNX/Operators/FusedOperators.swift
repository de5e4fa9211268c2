import Diagnostics
import Formats

/// What ONNX Runtime's optimiser writes instead of several nodes.
extension ONNXOperator {
    static let fused: [String: ONNXOperator] = [
        "com.microsoft:FastGelu": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.unary("gelu", try lowering.biasedInput(), [("approximation", "tanh")])]
        },
        "com.microsoft:BiasGelu": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.unary("gelu", try lowering.biasedInput(), [("approximation", "erf")])]
        },
        "com.microsoft:QuickGelu": ONNXOperator(["alpha"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let gate = try lowering.unary("sigmoid", try lowering.scaled(value, by: lowering.node.float("alpha", default: 1.702)))
            return [try lowering.binary("mul", value, gate) { $0 * $1 }]
        },
        "com.microsoft:FusedMatMul": ONNXOperator(["alpha", "transA", "transB"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            let a = try lowering.turnedMatrix(0, "transA"), b = try lowering.turnedMatrix(1, "transB")
            return [try lowering.scaled(try lowering.matmul(a, b), by: lowering.node.float("alpha", default: 1))]
        },
        "com.microsoft:SkipLayerNormalization": ONNXOperator(["epsilon"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.skipNormalised("layer_norm", gamma: 2, beta: 3, bias: 4)
        },
        "com.microsoft:SkipSimplifiedLayerNormalization": ONNXOperator(["epsilon"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.skipNormalised("rms_norm", gamma: 2, beta: nil, bias: 3)
        },
    ]
}

extension ONNXLowering {
    mutating func biasedInput() throws(Diagnostic) -> Value {
        guard let bias = optional(1) else { return try value(0) }
        return try binary("add", try value(0), bias) { $0 + $1 }
    }

    mutating func turnedMatrix(_ input: Int, _ attribute: String) throws(Diagnostic) -> Value {
        let value = try value(input)
        guard node.integer(attribute, default: 0) != 0, value.shape.count > 1 else { return value }
        var order = Array(value.shape.indices)
        order.swapAt(order.count - 1, order.count - 2)
        return try transposed(value, order)
    }

    /// A norm of the sum of two tensors, and that sum as the fourth output.
    mutating func skipNormalised(_ operation: String, gamma: Int, beta: Int?, bias: Int) throws(Diagnostic) -> [Value] {
        var sum = try binary("add", try value(0), try value(1)) { $0 + $1 }
        if let bias = optional(bias) { sum = try binary("add", sum, bias) { $0 + $1 } }
        try refuse(
            node.outputs.dropFirst().prefix(2).contains { !$0.isEmpty && uses[$0] ?? 0 > 0 }, "the outputs of mean and deviation")
        let norm = try normalised(operation, sum, gamma: gamma, beta: beta, epsilon: 1e-12)
        return [norm, norm, norm, sum]
    }
}
