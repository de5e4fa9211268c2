/// What the multipliers of a `mac` array take.
public enum MACOperands: String, Hashable, Sendable, CaseIterable {
    /// Two signed 9-bit integers, summed in int32.
    case int8
    /// Floats of up to 16 bits (significands of 11 bits, exponents of 8), summed in f32.
    case fp16
    /// Floats of up to 8 bits (significands of 4 bits, exponents of 5), summed in f32.
    case fp8
    /// As `fp16`, and a unit in front of the array makes f16 operands of integer weights and their scales.
    case fp16DequantiseFirst = "fp16-dequantise-first"

    /// Significant bits of a float multiplier's operands, the hidden one included; `nil` for integers. Integer codes are
    /// rounded to them (ties to even), which is exact for every product that `support` calls native.
    public var significandBits: Int? {
        switch self {
        case .int8: nil
        case .fp16, .fp16DequantiseFirst: 11
        case .fp8: 4
        }
    }

    public var dequantisesFirst: Bool { self == .fp16DequantiseFirst }

    public var isFloat: Bool { significandBits != nil }

    /// The widest codec that all operands fit.
    var name: String { rawValue }
}

/// Where the weights of an array may come from.
public enum MACWeights: String, Hashable, Sendable, CaseIterable {
    case any
    /// An array beside another engine, for attention: constant weights belong to the other one.
    case runTime
}
