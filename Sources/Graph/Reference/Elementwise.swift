import Diagnostics
import Formats

extension NodeEvaluation {
    /// Two tensors, broadcast as in numpy. int32 saturates.
    func binary(_ function: BinaryFunction) throws -> Tensor {
        let a = try input(0)
        let b = try input(1)
        let shape = try output().shape
        let left = try broadcastIndex(a, to: shape)
        let right = try broadcastIndex(b, to: shape)
        let count = shape.reduce(1, *)
        if !a.codec.isInteger && !b.codec.isInteger {
            let (x, y) = (try a.floats(), try b.floats())
            let results = filledInParallel(count: count) { range, results in
                for index in range { results[index] = function.apply(x[left[index]], y[right[index]]) }
            }
            return .canonical(shape: shape, results)
        }
        try require(
            a.codec == .int32 && b.codec == .int32, "inputs",
            "are \(a.codec.name) and \(b.codec.name), expected both f32 or both int32")
        try require(function != .div, "op", "int32 tensors cannot be divided")
        let (x, y) = (try a.values(), try b.values())
        let results = filledInParallel(count: count) { range, results in
            for index in range { results[index] = function.saturated(x[left[index]], y[right[index]]) }
        }
        return Tensor(shape: shape, storage: .int32(results))
    }

    private func broadcastIndex(_ operand: TypedTensor, to shape: [Int]) throws -> BroadcastIndex {
        guard let index = BroadcastIndex(operand.shape, to: shape) else {
            throw Diagnostic(field: operand.name, "of shape \(operand.shape) does not broadcast to \(shape)")
        }
        return index
    }

    func unary(_ function: UnaryFunction) throws -> Tensor {
        let x = try input(0)
        if x.codec.isInteger {
            try require(function == .relu, "inputs[0]", "holds \(x.codec.name) codes, expected f32")
            return try integerRelu(x)
        }
        let values = try x.floats()
        let results = filledInParallel(count: values.count, workPerItem: 16) { range, results in
            for index in range { results[index] = function.apply(values[index]) }
        }
        return .canonical(shape: x.shape, results)
    }

    /// int32: x < 0 ? 0 : x; codes: max(v, z).
    private func integerRelu(_ x: TypedTensor) throws -> Tensor {
        let zero = try zeroPoint(x.type.encoding.zeroPoint, of: x.shape)
        let values = try x.values()
        let results = try values.indices.map { index in
            let result = max(Int(values[index]), zero[element: index])
            guard let result = Int32(exactly: result) else {
                throw Diagnostic(field: x.name, "has a zero point outside its codec")
            }
            return result
        }
        if let range = x.codec.range, let wrong = results.first(where: { !range.contains(Int($0)) }) {
            throw Diagnostic(field: x.name, "has the zero point \(wrong) outside \(x.codec.name)")
        }
        return try x.type.tensor(values: results)
    }

    /// x < min ? min : (x > max ? max : x); for codes the bounds are quantised first.
    func clip(min: Float, max: Float) throws -> Tensor {
        let x = try input(0)
        guard x.codec.isInteger else {
            return .canonical(shape: x.shape, try x.floats().map { $0 < min ? min : ($0 > max ? max : $0) })
        }
        let quantiser = try staticQuantiser(x.type, name: x.name)
        let values = try x.values()
        return try x.type.tensor(
            values: values.indices.map { index in
                let value = Int(values[index])
                let (low, high) = (quantiser(min, index), quantiser(max, index))
                return Int32(value < low ? low : (value > high ? high : value))
            })
    }
}

extension BinaryFunction {
    @inline(__always)
    func apply(_ x: Float, _ y: Float) -> Float {
        switch self {
        case .add: x + y
        case .sub: x - y
        case .mul: x * y
        case .div: x / y
        }
    }

    @inline(__always)
    func saturated(_ x: Int32, _ y: Int32) -> Int32 {
        switch self {
        case .add: Int32(clamping: Int64(x) + Int64(y))
        case .sub: Int32(clamping: Int64(x) - Int64(y))
        case .mul: Int32(clamping: Int64(x) * Int64(y))
        case .div: 0
        }
    }
}

extension UnaryFunction {
    func apply(_ x: Float) -> Float {
        switch self {
        case .relu: return x < 0 ? 0 : x
        case .gelu: return (0.5 * x) * (1 + Elementary.erf(x * 0.70710677))
        case .geluTanh:
            var u = x * x
            u = u * x
            u = 0.044715 * u
            u = x + u
            u = 0.7978846 * u
            return (0.5 * x) * (1 + Elementary.tanh(u))
        case .silu: return x * Elementary.sigmoid(x)
        case .sigmoid: return Elementary.sigmoid(x)
        case .tanh: return Elementary.tanh(x)
        case .hardSwish: return x * Self.hardSigmoid(x)
        case .hardSigmoid: return Self.hardSigmoid(x)
        case .exp: return Elementary.exp(x)
        case .log: return Elementary.log(x)
        case .rsqrt: return Elementary.rsqrt(x)
        case .erf: return Elementary.erf(x)
        case .sin: return Elementary.sin(x)
        case .cos: return Elementary.cos(x)
        }
    }

    private static func hardSigmoid(_ x: Float) -> Float {
        var u = x * 0.16666667
        u = u + 0.5
        return u < 0 ? 0 : (u > 1 ? 1 : u)
    }
}
