import Formats

extension RuleContext {
    mutating func binary(_ function: BinaryFunction) -> [TensorType]? {
        guard arity(2), kind(0, .float, .int32), kind(1, .float, .int32) else { return nil }
        let (a, b) = (inputs[0], inputs[1])
        guard require(a.encoding.kind == b.encoding.kind, "inputs[1]", "is \(b.text), but inputs[0] is \(a.text)")
        else { return nil }
        guard let shape = Broadcast.shape(a.shape, b.shape) else {
            require(false, "inputs[1]", "is \(b.text), which does not broadcast with \(a.text)")
            return nil
        }
        if a.encoding.kind == .float { return [TensorType(shape: shape, encoding: .float32)] }
        guard require(function != .div, "op", "div of int32 is not defined, f32 expected") else { return nil }
        guard let encoding = sumEncoding(function, shape) else { return nil }
        return [TensorType(shape: shape, encoding: encoding)]
    }

    /// int32: counts of one unit, or plain counts with a scaled tensor, whose unit stays.
    private mutating func sumEncoding(_ function: BinaryFunction, _ shape: [Int]) -> TensorEncoding? {
        let (a, b) = (inputs[0], inputs[1])
        let same = a.encoding == b.encoding && (function != .mul || a.encoding.isPlain)
        guard
            require(
                same || a.encoding.isPlain || b.encoding.isPlain, "inputs[1]",
                "has a scale other than inputs[0]; dequantise them first")
        else { return nil }
        let scaled = a.encoding.isPlain ? b : a
        guard
            require(
                scaled.shape == shape || scaled.encoding.isWholeTensor, scaled == a ? "inputs[0]" : "inputs[1]",
                "has a scale per row or column and cannot be broadcast; dequantise it first")
        else { return nil }
        return scaled.encoding
    }

    mutating func unary(_ function: UnaryFunction) -> [TensorType]? {
        guard arity(1) else { return nil }
        let x = inputs[0]
        switch function {
        case .relu:
            if x.encoding.kind == .float { return [TensorType(shape: x.shape, encoding: .float32)] }
            guard kind(0, .int32, .codes) else { return nil }
            if x.encoding.kind == .codes, !computable(0) { return nil }
            return [x]
        case .gelu, .geluTanh, .silu, .sigmoid, .tanh, .hardSwish, .hardSigmoid, .exp, .log, .rsqrt, .erf, .sin, .cos:
            guard kind(0, .float) else { return nil }
            return [TensorType(shape: x.shape, encoding: .float32)]
        }
    }

    mutating func clip(min: Float, max: Float) -> [TensorType]? {
        guard arity(1), kind(0, .float, .codes) else { return nil }
        guard require(min <= max, "max", "is \(max), which is below min \(min)") else { return nil }
        let x = inputs[0]
        if x.encoding.kind == .float { return [TensorType(shape: x.shape, encoding: .float32)] }
        switch x.encoding.scale {
        case .none, .uniform: break
        case .tensor, .product:
            require(false, "inputs[0]", "has a scale in a tensor, a number is needed to quantise the bounds")
        }
        return computable(0) ? [x] : nil
    }

    /// Codes that may be computed on: one zero point known from the graph, and every whole number in the codec.
    mutating func computable(_ input: Int) -> Bool {
        let encoding = inputs[input].encoding
        if case .bipolar = encoding.codec {
            return require(
                false, "inputs[\(input)]",
                "is \(inputs[input].text), whose odd levels have no zero; dequantise it first")
        }
        return require(
            encoding.uniformZero != nil, "inputs[\(input)]", "has a zero point in a tensor, one number expected")
    }
}

enum Broadcast {
    /// The common shape as in numpy: aligned at the last axis, size 1 stretches.
    static func shape(_ a: [Int], _ b: [Int]) -> [Int]? {
        let rank = max(a.count, b.count)
        var result: [Int] = []
        for axis in 0..<rank {
            let sizeA = axis - rank + a.count < 0 ? 1 : a[axis - rank + a.count]
            let sizeB = axis - rank + b.count < 0 ? 1 : b[axis - rank + b.count]
            guard sizeA == sizeB || sizeA == 1 || sizeB == 1 else { return nil }
            result.append(max(sizeA, sizeB))
        }
        return result
    }
}
