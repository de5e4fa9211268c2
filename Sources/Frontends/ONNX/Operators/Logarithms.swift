import Diagnostics
import Foundation

/// Logarithms, roots and powers, and what is made of them.
extension ONNXOperator {
    static let logarithms: [String: ONNXOperator] = [
        "LogSoftmax": ONNXOperator(["axis"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.logSoftmax(try lowering.value(0))]
        },
        "Softplus": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.softplus(try lowering.value(0))]
        },
        "LRN": ONNXOperator(["alpha", "beta", "bias", "size"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.localResponse(try lowering.value(0))]
        },
        "ReduceL2": reduction(empty: 0) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let squares = try lowering.binary("mul", value, value) { $0 * $1 }
            return [try lowering.root(try lowering.sum(of: squares))]
        },
        "ReduceLogSum": reduction(empty: -.infinity) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.unary("log", try lowering.sum(of: try lowering.value(0)))]
        },
        "ReduceLogSumExp": reduction(empty: -.infinity) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            guard let axes = try lowering.reducedAxes(value) else { return [value] }
            let (greatest, sum) = try lowering.exponentialSum(value, axes)
            let kept = try lowering.binary("add", greatest, try lowering.unary("log", sum)) { $0 + $1 }
            guard !lowering.keepsAxes else { return [kept] }
            return [try lowering.reshaped(kept, kept.shape.indices.filter { !axes.contains($0) }.map { kept.shape[$0] })]
        },
        "LpNormalization": ONNXOperator(["axis", "p"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.unitRows(try lowering.value(0))]
        },
    ]
}

extension ONNXLowering {
    /// 1 / (1 / sqrt x), which is 0 of 0 and infinite of what is infinite.
    mutating func root(_ value: Value) throws(Diagnostic) -> Value {
        try binary("div", Value(ConstantTensor([], [Float(1)])), try unary("rsqrt", value)) { $0 / $1 }
    }

    /// The greatest number m along some axes, and the sum of e^(x - m); axes are kept.
    mutating func exponentialSum(_ value: Value, _ axes: [Int]) throws(Diagnostic) -> (greatest: Value, sum: Value) {
        guard let count = axes.map({ value.shape[$0] }).product.number else { throw Diagnostic("a sum over a size that is a symbol (--bind)") }
        let greatest = try reduced("global_max_pool", value, axes, keeps: true)
        let powers = try unary("exp", try difference(value, greatest))
        return (greatest, try scaled(try reduced("global_average_pool", powers, axes, keeps: true), by: Float(count)))
    }

    /// x - m - ln(sum of e^(x - m)). Before version 13 all axes from the given one on were a single row.
    mutating func logSoftmax(_ value: Value) throws(Diagnostic) -> Value {
        let isOld = node.version < 13, rank = value.shape.count
        let axis = try self.axis(node.integer("axis", default: isOld ? 1 : -1), rank: rank)
        let (greatest, sum) = try exponentialSum(value, isOld ? Array(axis..<rank) : [axis])
        return try difference(try difference(value, greatest), try unary("log", sum))
    }

    /// max(x, 0) + ln(1 + e^-|x|)
    mutating func softplus(_ value: Value) throws(Diagnostic) -> Value {
        let power = try unary("exp", try scaled(try magnitude(value), by: -1))
        let rest = try unary("log", try binary("add", power, Value(ConstantTensor([], [Float(1)]))) { $0 + $1 })
        return try binary("add", try unary("relu", value), rest) { $0 + $1 }
    }

    /// Every number divided by (bias + alpha * the mean of squares of neighbouring channels)^beta, in which channels that are not there
    /// count as 0: an average pool along the channels.
    mutating func localResponse(_ value: Value) throws(Diagnostic) -> Value {
        let size = node.integer("size", default: 0), rank = value.shape.count
        try refuse(!(1...1 << 12).contains(size), "is \(size), a positive number expected", field: "size")
        try refuse(rank < 3, "an input of fewer than 3 axes")
        let order = [0] + Array(2..<rank) + [1]
        let squares = try ordered(try real(try binary("mul", value, value) { $0 * $1 }), value.shape, order)
        let places = value.shape.dropFirst(2).product
        let image = [value.shape[0], places, value.shape[1], Size(1)]
        let rows = draft.node("\(squares.tensor).rows", "reshape", [squares.tensor], [("shape", image.json)])[0]
        let means = draft.node(
            "\(wish).means", "average_pool", [rows],
            [
                ("window", integers([1, size])), ("stride", integers([1, 1])),
                ("padding", integers([0, (size - 1) / 2, 0, size / 2])), ("count_include_padding", true),
            ])[0]
        let back = draft.node(
            "\(wish).means", "reshape", [means], [("shape", order.map { value.shape[$0] }.json)])[0]
        let mean = Value(value.shape, .edge(Edge(back, .floats, order: order)))
        let base = try binary(
            "add", try scaled(mean, by: node.float("alpha", default: 0.0001)),
            Value(ConstantTensor([], [node.float("bias", default: 1)]))
        ) { $0 + $1 }
        let factor = try fractionalPower(base, -node.float("beta", default: 0.75))
        return try binary("mul", value, factor) { $0 * $1 }
    }

    fileprivate mutating func unitRows(_ value: Value) throws(Diagnostic) -> Value {
        let axis = try self.axis(node.integer("axis", default: -1), rank: value.shape.count)
        guard let count = value.shape[axis].number else { throw Diagnostic("a sum over a size that is a symbol (--bind)") }
        let isFirst = node.integer("p", default: 2) == 1
        let parts = isFirst ? try magnitude(value) : try binary("mul", value, value) { $0 * $1 }
        let sum = try scaled(try reduced("global_average_pool", parts, [axis], keeps: true), by: Float(count))
        // Zeros stay zeros.
        let norm = try clip(isFirst ? sum : try root(sum), .leastNormalMagnitude, .greatestFiniteMagnitude)
        return try binary("div", value, norm) { $0 / $1 }
    }

    // MARK: Powers

    mutating func power(_ value: Value, _ exponent: Value) throws(Diagnostic) -> Value {
        if value.constant != nil, exponent.constant != nil, value.constant?.type.isFloat == true {
            return try binary("pow", value, exponent) { Float(Foundation.pow(Double($0), Double($1))) }
        }
        if let base = value.constant, base.count == 1 {
            let number = try base.floats()[0]
            try refuse(!(number > 0), "powers of \(number) to exponents computed at run time, a positive number expected")
            return try unary("exp", try scaled(exponent, by: Float(Foundation.log(Double(number)))))
        }
        guard let constant = exponent.constant, constant.count == 1 else {
            throw Diagnostic("exponents that are not one number that is known")
        }
        let given = try constant.floats()[0]
        guard let power = Int(exactly: given) else { return try fractionalPower(value, given) }
        guard (-8...8).contains(power), power != 0 else {
            throw Diagnostic("an exponent of \(given), whole numbers from 1 to 8 and their negatives, and fractions, are supported")
        }
        var result = value
        for _ in 1..<abs(power) { result = try binary("mul", result, value) { $0 * $1 } }
        guard power < 0 else { return result }
        return try binary("div", Value(ConstantTensor([], [Float(1)])), result) { $0 / $1 }
    }

    /// Roots where the exponent is a half, else e^(p ln x), which is no number for negative x as ONNX wants it.
    private mutating func fractionalPower(_ value: Value, _ power: Float) throws(Diagnostic) -> Value {
        if power == 0.5 { return try root(value) }
        if power == -0.5 { return try unary("rsqrt", value) }
        return try unary("exp", try scaled(try unary("log", value), by: power))
    }
}
