import Formats

/// Numbers to codes under a scale, each to the nearest, and back.
struct CodeRounding: Sendable {
    let codec: Codec
    let zero: Int

    init(_ format: NumberFormat) {
        codec = format.codec
        zero = format.zero ?? 0
    }

    /// What the greatest code stands for under a scale of 1; the codes below zero reach as far at least.
    var greatest: Float {
        switch codec {
        case .signed(let bits), .unsigned(let bits): Float(max(1, 1 << (bits - 1) - 1))
        case .bipolar(let bits): Float(1 << bits - 1)
        case .minifloat(let format): format.greatest
        default: Float(codec.range?.upperBound ?? 1)
        }
    }

    /// Values less the zero point, when all whole numbers between the ends are there.
    var wholeLevels: ClosedRange<Float>? {
        switch codec {
        case .signed, .unsigned, .ternary: codec.range.map { Float($0.lowerBound - zero)...Float($0.upperBound - zero) }
        default: nil
        }
    }

    func code(_ x: Float, scale: Float) -> UInt32 {
        switch codec {
        case .signed, .unsigned, .ternary:
            let range = codec.range ?? 0...0
            return codec.code(ofValue: Quantiser.quantised(x, scale: scale, zeroPoint: zero, range: range)) ?? 0
        case .bipolar(let bits):
            // Levels are the odd numbers, 2 code - greatest.
            let place = (x / scale + greatest) / 2
            return UInt32(max(0, min(Float(1 << bits - 1), place.rounded(.toNearestOrEven))))
        case .flint, .minifloat, .float16, .bfloat16, .float32, .outlierVictim: return codec.code(ofFloat: x / scale)
        }
    }

    func number(_ code: UInt32, scale: Float) -> Float { (codec.float(ofCode: code) - Float(zero)) * scale }
}
