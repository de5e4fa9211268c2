import Arch
import Formats

/// Weight codecs that the packed layouts hold: integer codes of 1, 2, 3, 4 or 8 bits.
func weightSupport(_ codec: Codec, name: String) -> Support {
    switch codec {
    case .ternary: return .native
    case .signed(let bits), .unsigned(let bits), .bipolar(let bits):
        if [1, 2, 3, 4, 8].contains(bits) { return .native }
        return .unsupported(reason: "weights are \(codec.name), \(name) stores codes of 1, 2, 3, 4 or 8 bits")
    case .float32, .float16, .bfloat16, .minifloat:
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
        return "\(format.weights.name) has no zero for the weights left out of \(pattern.name)"
    }
    guard pattern.m <= selectorInputs else {
        return "weights are \(pattern.name), \(name) selects from \(selectorInputs) activations"
    }
    return nil
}
