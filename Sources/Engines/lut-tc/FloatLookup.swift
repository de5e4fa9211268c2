import Formats

/// The arithmetic of lanes with f16 tables, after the design that LUT Tensor Core's authors published: a plane's place goes
/// into the exponent of the entry, sums are f16. Where that design leaves out zeros, subnormal numbers and overflow, the
/// results are those of a multiplication by 2^plane. (No engine computes with it: products of floats name other contracts.)
public enum FloatLookup {
    /// An f16 pattern times 2^plane: exact, or infinity.
    public static func scaled(_ pattern: UInt16, plane: Int) -> UInt16 {
        let (sign, field, fraction) = (pattern & 0x8000, Int(pattern >> 10 & 0x1F), Int(pattern & 0x3FF))
        switch field {
        case 0x1F: return pattern
        case 0:
            // Steps of 2^-24, as up to the least exponents above.
            let steps = fraction << plane
            guard steps >= 1 << 10 else { return sign | UInt16(steps) }
            let highest = Int.bitWidth - 1 - steps.leadingZeroBitCount
            return sign | UInt16((highest - 9) << 10 | steps >> (highest - 10) & 0x3FF)
        default:
            return field + plane >= 0x1F ? sign | 0x7C00 : pattern + UInt16(plane << 10)
        }
    }

    /// A half table: entry t is ((-a0 + s1 a1) + s2 a2) + ..., s_k = +1 where bit k - 1 of t is set, else -1.
    public static func half(_ activations: [UInt16]) -> [UInt16] {
        (0..<1 << max(0, activations.count - 1)).map { entry in
            (1..<activations.count).reduce(activations[0] ^ 0x8000) { total, k in
                sum(total, entry >> (k - 1) & 1 == 1 ? activations[k] : activations[k] ^ 0x8000)
            }
        }
    }

    /// One lookup in a half table: bit 0 of the stored (folded) index flips the sign of the entry at the bits above it.
    public static func lookUp(_ stored: Int, in half: [UInt16], plane: Int) -> UInt16 {
        scaled(half[stored >> 1], plane: plane) ^ UInt16(stored & 1) << 15
    }

    /// The f16 sum, ties to even; every NaN is 0x7E00. f32 holds enough bits that rounding twice is rounding once.
    public static func sum(_ a: UInt16, _ b: UInt16) -> UInt16 {
        let sum = Binary16.widened(a) + Binary16.widened(b)
        return sum.isNaN ? 0x7E00 : Binary16.narrowed(sum)
    }
}
