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
