import Formats
import Graph

/// Made-up values: the same name, type and seed give the same bytes on every machine.
enum DrawnTensor {
    /// Codes are uniform over their codec, int32 over -128...127 (or the rows of the table that they look up), floats over
    /// the multiples of 2^-23 in [-1, 1).
    static func draw(_ name: String, _ type: TensorType, rows: Int?, seed: UInt64) -> Tensor {
        // FNV-1a of the name, so that another input does not change this one.
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var random = SplitMix64(seed: seed ^ hash)
        let codec = type.encoding.codec
        if let pairs = codec.pairs {
            let slots = PairDraw(pairs).slots(count: type.count, width: type.shape.last ?? 1) { bound in
                Int(random.next().multipliedFullWidth(by: UInt64(bound)).high)
            }
            return Tensor(shape: type.shape, storage: .uint8(slots))
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(type.count * codec.edgeBytes)
        for _ in 0..<type.count {
            let code = code(codec, rows: rows, &random)
            for byte in 0..<codec.edgeBytes { bytes.append(UInt8(truncatingIfNeeded: code >> UInt32(8 * byte))) }
        }
        return Tensor(shape: type.shape, codec: codec, bytes: bytes)
            ?? Tensor(shape: type.shape, storage: .uint8(bytes))
    }

    private static func code(_ codec: Codec, rows: Int?, _ random: inout SplitMix64) -> UInt32 {
        func below(_ bound: Int) -> Int { Int(random.next().multipliedFullWidth(by: UInt64(bound)).high) }
        switch codec {
        case .signed(32): return UInt32(truncatingIfNeeded: rows.map(below) ?? below(256) - 128)
        case .signed(let bits), .unsigned(let bits), .bipolar(let bits): return UInt32(below(1 << bits))
        case .ternary: return UInt32(below(3))
        case .flint(let format): return UInt32(below(1 << format.bits))
        // Drawn in pairs.
        case .outlierVictim: return 0
        case .float32: return (Float(below(1 << 24) - 1 << 23) * 0x1p-23).bitPattern
        // A multiple of 2^-10 in [-1, 1) is exact in binary16.
        case .float16: return UInt32(half(below(2048) - 1024))
        // Multiples of 2^-8 are exact in bfloat16; minifloats take the nearest code.
        case .bfloat16, .minifloat: return codec.code(ofFloat: Float(below(512) - 256) * 0x1p-8)
        }
    }

    /// The binary16 pattern of `thousandths` * 2^-10, a magnitude of at most 1.
    private static func half(_ value: Int) -> UInt16 {
        guard value != 0 else { return 0 }
        let magnitude = UInt16(value.magnitude)
        let top = 15 - magnitude.leadingZeroBitCount
        let fraction = (magnitude << UInt16(10 - top)) & 0x3FF
        return (value < 0 ? 0x8000 : 0) | UInt16(top + 5) << 10 | fraction
    }
}
