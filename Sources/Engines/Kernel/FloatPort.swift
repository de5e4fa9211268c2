import Formats

/// A number at a port of a float array: (-1)^s * significand * 2^exponent.
struct FloatPort: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case finite, infinity, notANumber }
    var kind = Kind.finite
    var isNegative = false
    var exponent = 0
    var significand: UInt32 = 0

    /// Unpacks a float code: sign, exponent and fraction fields.
    init(code: UInt32, codec: Codec) {
        let layout = FloatLayout(codec)
        let magnitude = Int(code) & ((1 << (layout.exponentBits + layout.fractionBits)) - 1)
        isNegative = code >> UInt32(layout.exponentBits + layout.fractionBits) & 1 == 1
        if magnitude >= layout.firstSpecial {
            kind = layout.hasInfinity && magnitude == layout.firstSpecial ? .infinity : .notANumber
            return
        }
        let field = magnitude >> layout.fractionBits
        let fraction = magnitude & ((1 << layout.fractionBits) - 1)
        significand = UInt32(field == 0 ? fraction : fraction + 1 << layout.fractionBits)
        exponent = max(field, 1) - layout.bias - layout.fractionBits
    }

    /// An integer code less its zero point through the converter: `bits` significant bits, ties to even.
    init(integer: Int, bits: Int) {
        isNegative = integer < 0
        let width = Int.bitWidth - integer.magnitude.leadingZeroBitCount
        exponent = max(0, width - bits)
        let magnitude = Int64(integer.magnitude)
        significand = UInt32(RoundingRule.halfToEven.dividedByPowerOfTwo(magnitude, shift: exponent))
    }
}

/// Fields of a float code.
private struct FloatLayout {
    var exponentBits: Int
    var fractionBits: Int
    /// Least magnitude that is no finite number.
    var firstSpecial: Int
    var hasInfinity: Bool
    var bias: Int { 1 << (exponentBits - 1) - 1 }

    init(_ codec: Codec) {
        switch codec {
        case .float16: (exponentBits, fractionBits) = (5, 10)
        case .bfloat16: (exponentBits, fractionBits) = (8, 7)
        case .minifloat(let format): (exponentBits, fractionBits) = (format.exponentBits, format.fractionBits)
        case .float32, .signed, .unsigned, .bipolar, .ternary, .outlierVictim, .flint: (exponentBits, fractionBits) = (8, 23)
        }
        firstSpecial = ((1 << exponentBits) - 1) << fractionBits
        hasInfinity = true
        if case .minifloat(let format) = codec {
            hasInfinity = format.specials == .infinityAndNaN
            switch format.specials {
            case .infinityAndNaN: break
            case .oneNaN: firstSpecial = 1 << (exponentBits + fractionBits) - 1
            case .none: firstSpecial = 1 << (exponentBits + fractionBits)
            }
        }
    }
}
