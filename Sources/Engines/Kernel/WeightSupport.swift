import Arch
import Formats

/// Weight codecs that the packed layouts hold: integer codes of 1 to 8 bits.
func weightSupport(_ codec: Codec, name: String) -> Support {
    switch codec {
    case .ternary: return .native
    case .signed(let bits), .unsigned(let bits), .bipolar(let bits):
        if bits <= 8 { return .native }
        return .unsupported(reason: "weights are \(codec.name), \(name) stores codes of 1 to 8 bits")
    case .float32, .float16, .bfloat16, .minifloat, .outlierVictim, .flint:
        return .unsupported(reason: "weights are \(codec.name), \(name) multiplies integer codes")
    }
}

/// Why an engine whose selectors have so many inputs does not take the structure of the weights; `nil` when it does, or
/// when they are dense.
func structureProblem(_ format: ProductFormat, selectorInputs: Int, name: String) -> String? {
    guard let pattern = format.structure else { return nil }
    if format.runtimeWeights {
        return "weights of \(pattern.name) are compressed offline, these are made at run time"
    }
    guard format.weights.hasZero else {
        return "weights are \(format.weights.name), without a zero for those left out of \(pattern.name)"
    }
    guard pattern.m <= selectorInputs else {
        return "weights are \(pattern.name), \(name) selects from \(selectorInputs) activations"
    }
    return nil
}

/// Products of an array with a 9-bit activation port and plain codes in a `DenseLayout`: activations of int8 or uint8,
/// weights of the packed layouts, or made at run time and one integer code per byte.
func denseSupport(_ format: ProductFormat, name: String) -> Support {
    switch format.activations {
    case .signed(let bits) where bits <= 8: break
    case .unsigned(let bits) where bits <= 8: break
    case .signed, .unsigned, .bipolar, .ternary, .float32, .float16, .bfloat16, .minifloat, .outlierVictim, .flint:
        return .unsupported(
            reason: "activations are \(format.activations.name), \(name) multiplies int8 or uint8 codes")
    }
    guard format.runtimeWeights else { return weightSupport(format.weights, name: name) }
    switch format.weights {
    case .signed(let bits) where bits <= 8: return .native
    case .unsigned(let bits) where bits <= 8: return .native
    case .signed, .unsigned, .bipolar, .ternary, .float32, .float16, .bfloat16, .minifloat, .outlierVictim, .flint:
        return .unsupported(reason: "run-time weights are \(format.weights.name), expected one integer code per byte")
    }
}

/// Why an engine that sums floats by `own` does not take a product; `nil` when it does.
func contractProblem(_ format: ProductFormat, _ own: DotContract) -> String? {
    guard format.contract != own else { return nil }
    return "products are summed by \(format.contract.rawValue), this engine sums by \(own.rawValue)"
}
