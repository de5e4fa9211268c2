/// bfloat16 as bit patterns: the upper half of a binary32 number.
public enum BFloat16 {
    /// The binary32 number of the same value; exact for every pattern. NaN gives the canonical NaN.
    @inlinable
    public static func widened(_ pattern: UInt16) -> Float {
        Elementary.canonical(Float(bitPattern: UInt32(pattern) << 16))
    }

    /// The nearest bfloat16 number, ties to even, with overflow to infinity. NaN gives 0x7FC0.
    @inlinable
    public static func narrowed(_ x: Float) -> UInt16 {
        guard x == x else { return 0x7FC0 }
        let bits = x.bitPattern
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }
}
