import Arch
import Formats

/// Which formats the multipliers take.
extension MACArray {
    public func support(_ format: ProductFormat) -> Support {
        if weights == .runTime, !format.runtimeWeights {
            return .unsupported(reason: "weights are constant, the array serves products of two operands made at run time")
        }
        // A sum of floats goes through its blocks of 16 in the order of K, so leaving products out would change them.
        if let structure = format.structure, operands.isFloat {
            return .unsupported(reason: "weights are \(structure.name), arrays of float multipliers have no selectors")
        }
        if let reason = structureProblem(format, selectorInputs: selectorInputs, name: "the array") {
            return .unsupported(reason: reason)
        }
        return switch operands {
        case .int8: denseSupport(format, name: "the array")
        case .fp16: floatSupport(format, roundingTo: .float16)
        case .fp16DequantiseFirst: dequantised(floatSupport(format, roundingTo: .float16), format)
        case .fp8: floatSupport(format, roundingTo: .minifloat(.e4m3))
        }
    }

    /// f32 holds every integer up to 2^24.
    public var exactSumLimit: Int? { operands.isFloat ? 1 << 24 : nil }

    public var exactPartDepth: Int? { operands.isFloat ? rows : nil }

    /// Floats of the multiplier's width, integer codes that are exact in it, and wider floats rounded to `codec`.
    private func floatSupport(_ format: ProductFormat, roundingTo codec: Codec) -> Support {
        let (activations, weights) = (format.activations, format.weights)
        if let reason = contractProblem(format, .blocked16) { return .unsupported(reason: reason) }
        if activations.isInteger {
            if weights.isFloat {
                return .unsupported(reason: "weights are \(weights.name), activations are codes; give both as floats")
            }
            guard isByteCode(activations) else {
                return .unsupported(reason: "activations are \(activations.name), expected floats, int or uint codes")
            }
        }
        for (operand, codec) in [("activations", activations), ("weights", weights)]
        where codec.isInteger && !isExact(codec) {
            return .unsupported(
                reason: "\(operand) are \(codec.name), codes with more significant bits than the \(operands.name) multipliers' "
                    + "\(operands.significandBits ?? 0)")
        }
        if weights.isInteger {
            let support = weightSupport(weights, name: "the array")
            if !format.runtimeWeights, case .unsupported = support { return support }
        }
        // Rounding one operand does not help the other: weights that stay as they are must be of a kind that is taken.
        if format.runtimeWeights, case .unsupported(let reason) = runtimeSupport(isTooWide(weights) ? codec : weights) {
            return .unsupported(reason: reason)
        }
        return isTooWide(activations) || isTooWide(weights) ? .viaConversion(.roundedOperands(codec)) : .native
    }

    /// Integer weights by floats are made f16 operands first; codes by codes, and run-time codes, have nothing to scale in
    /// front.
    private func dequantised(_ support: Support, _ format: ProductFormat) -> Support {
        if case .unsupported = support { return support }
        let isScaledFirst = format.weights.isInteger && format.activations.isFloat && !format.runtimeWeights
        return isScaledFirst ? .viaConversion(.dequantisedWeights(.float16)) : support
    }

    /// Operands made at run time lie one per byte, or two bytes.
    private func runtimeSupport(_ codec: Codec) -> Support {
        switch codec {
        case .signed(let bits) where bits <= 8: return .native
        case .unsigned(let bits) where bits <= 8: return .native
        case .float16, .bfloat16: return .native
        case .minifloat(let format) where format.bits == 8: return .native
        case .signed, .unsigned, .bipolar, .ternary, .float32, .minifloat, .outlierVictim, .flint:
            return .unsupported(
                reason: "run-time weights are \(codec.name), expected codes or floats of 8 or 16 bits")
        }
    }

    private func isByteCode(_ codec: Codec) -> Bool {
        switch codec {
        case .signed(let bits), .unsigned(let bits): bits <= 8
        case .bipolar, .ternary, .float32, .float16, .bfloat16, .minifloat, .outlierVictim, .flint: false
        }
    }

    /// Every value of the codec, less any zero point of it, has at most the multiplier's significant bits: differences of
    /// B-bit codes are at most 2^B - 1, and bipolar levels are odd up to it.
    private func isExact(_ codec: Codec) -> Bool {
        guard let bits = operands.significandBits else { return false }
        return codec == .ternary || codec.bits <= bits
    }

    /// Floats that the multiplier would have to round.
    private func isTooWide(_ codec: Codec) -> Bool {
        switch (codec, operands) {
        case (.float32, _): true
        case (.float16, .fp8), (.bfloat16, .fp8): true
        case (.float16, _), (.bfloat16, _), (.minifloat, _), (.signed, _), (.unsigned, _), (.bipolar, _), (.ternary, _), (.outlierVictim, _),
            (.flint, _): false
        }
    }
}
