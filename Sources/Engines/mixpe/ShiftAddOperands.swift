import Formats

/// Which activations the elements shift, and how products of floats are rounded. The paper has two designs, INT-INT and
/// INT-FP; how the latter rounds is not published (docs/engines.md).
public enum ShiftAddOperands: String, Hashable, Sendable, CaseIterable {
    /// 9-bit integers, summed in int32.
    case int8
    /// Floats of up to 16 bits: significands of 11 bits as integers, products exact, summed in f32.
    case fp16
    /// Floats of up to 8 bits: significands of 4 bits, exponents of 5; products exact, summed in f32.
    case fp8
    /// f16 and narrower floats: every product is rounded to f16, then summed in f32.
    case fp16Rounded = "fp16-rounded"
    /// f16 and narrower floats: every shifted copy is an f16 number and every addition of two rounds to f16.
    case fp16Terms = "fp16-terms"

    public var isFloat: Bool { self != .int8 }

    /// How products with float activations are summed.
    public var contract: DotContract {
        switch self {
        case .int8, .fp16, .fp8: .blocked16
        case .fp16Rounded: .blocked16Half
        case .fp16Terms: .blocked16HalfTerms
        }
    }

    /// What wider floats are rounded to.
    var widest: Codec { self == .fp8 ? .minifloat(.e4m3) : .float16 }

    /// Floats that the elements take as they are.
    func takes(_ codec: Codec) -> Bool {
        switch codec {
        case .minifloat: isFloat
        case .float16: isFloat && self != .fp8
        // Eight exponent bits: more than an f16 product has.
        case .bfloat16: self == .fp16
        case .float32, .signed, .unsigned, .bipolar, .ternary, .outlierVictim, .flint: false
        }
    }
}
