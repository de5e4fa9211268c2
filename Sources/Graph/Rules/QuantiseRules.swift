import Formats

/// Changes of encoding.
extension RuleContext {
    mutating func quantise() -> [TensorType]? {
        guard arity(1), kind(0, .float) else { return nil }
        // Whole numbers that count themselves.
        if let declared, declared.codec == .int32, declared.isPlain { return [TensorType(shape: inputs[0].shape, encoding: declared)] }
        guard let target = target(isFloatAllowed: true),
            require(
                target.scale != .none || target.codec.isFloat, "encoding.scale", "is missing, a scale expected")
        else { return nil }
        return [TensorType(shape: inputs[0].shape, encoding: target)]
    }

    mutating func encode(factor: Float) -> [TensorType]? {
        guard arity(1), kind(0, .codes) else { return nil }
        require(factor > 0 && factor.isFinite, "factor", "is \(factor), a positive number expected")
        guard let declared, declared.isQuantised, declared.uniformZero == 0 else {
            require(
                false, "encoding", "is \(declared?.codec.name ?? "missing"), pairs, flint or codes without a zero point expected")
            return nil
        }
        return [TensorType(shape: inputs[0].shape, encoding: declared)]
    }

    mutating func rescale(factor: Float) -> [TensorType]? {
        guard arity(1), kind(0, .int32, .float) else { return nil }
        require(factor > 0 && factor.isFinite, "factor", "is \(factor), a positive number expected")
        return [TensorType(shape: inputs[0].shape, encoding: inputs[0].encoding.kind == .float ? .float32 : .int32)]
    }

    mutating func columnSums() -> [TensorType]? {
        guard arity(1), rank(0, 1...Sizes.maximumRank, "[N, ...]"), kind(0, .codes, .pairs, .flint) else { return nil }
        return [TensorType(shape: [inputs[0].shape[0]], encoding: .int32)]
    }

    mutating func quantiseDynamic(_ granularity: Granularity) -> [TensorType]? {
        guard arity(1), rank(0, 1...Sizes.maximumRank, "[..., C]"), kind(0, .float) else { return nil }
        guard case .group(let size) = granularity, size > 0 else {
            require(false, "dynamic", "\"token\" or a positive group expected")
            return nil
        }
        guard let declared else {
            require(false, "codec", "is missing")
            return nil
        }
        guard case .signed(let bits) = declared.codec, bits <= 16 else {
            require(false, "codec", "is \(declared.codec.name), int2 to int16 expected (dynamic scales are symmetric)")
            return nil
        }
        guard case .tensor(_, granularity) = declared.scale, declared.zeroPoint == .uniform(0) else {
            require(false, "dynamic", "the codes' scale must be the second output, and their zero point 0")
            return nil
        }
        let x = inputs[0]
        let scales = granularity.parameterShape(for: x.shape) ?? []
        return [TensorType(shape: x.shape, encoding: declared), TensorType(shape: scales, encoding: .float32)]
    }

    mutating func dequantise() -> [TensorType]? {
        guard arity(1) else { return nil }
        // f32 is what dequantise yields.
        let isNarrow = inputs[0].encoding.codec != .float32
        guard require(isNarrow, "inputs[0]", "is \(inputs[0].text), codes or int32 or a narrower float expected") else { return nil }
        return [TensorType(shape: inputs[0].shape, encoding: .float32)]
    }

    mutating func requantise(_ requantisation: Requantisation) -> [TensorType]? {
        guard arity(1), kind(0, .int32), let target = target() else { return nil }
        if target.kind == .pairs || target.kind == .flint {
            require(
                requantisation.kind == .float, "kind",
                "is dyadic; \(target.kind.name) are made of floats, \"float\" expected")
        }
        let (multiplier, shift) = (requantisation.multiplier, requantisation.shift)
        require((multiplier == nil) == (shift == nil), multiplier == nil ? "multiplier" : "shift", "is missing")
        if requantisation.kind == .float {
            require(multiplier == nil, "multiplier", "is for kind \"dyadic\" only")
        }
        require(
            target.isWholeTensor && target.uniformZero != nil, "encoding",
            "one scale and one zero point for the whole tensor expected")
        require(
            multiplier != nil || target.scale != .none, "encoding.scale",
            "is missing, a scale expected unless multiplier and shift are given")
        return [TensorType(shape: inputs[0].shape, encoding: target)]
    }

    /// The declared encoding, which must hold every whole number of its range.
    private mutating func target(isFloatAllowed: Bool = false) -> TensorEncoding? {
        guard let declared else {
            require(false, "encoding", "is missing")
            return nil
        }
        require(declared.dictionary == nil, "encoding.dictionary", "belongs to constants only")
        switch declared.codec {
        case .signed(2...16), .unsigned, .ternary, .outlierVictim, .flint: return declared
        case .float16, .bfloat16, .minifloat:
            if isFloatAllowed { return declared }
            fallthrough
        case .signed, .bipolar, .float32:
            let floats = isFloatAllowed ? ", a float of at most 16 bits" : ""
            require(
                false, "encoding.codec",
                "is \(declared.codec.name), int2 to int16, uint1 to uint16\(floats), outlier-victim pairs, flint or ternary expected")
            return nil
        }
    }
}
