/// Codes of float codecs as binary32 numbers.
extension Codec {
    /// A float codec (`f32`, `f16`, `bf16` and the minifloats).
    public var isFloat: Bool { !isInteger }

    /// The number that a code stands for, exactly. Integer codecs give their value (before scale and zero point);
    /// an int32 beyond 2^24 is rounded.
    @inlinable
    public func float(ofCode code: UInt32) -> Float {
        switch self {
        case .signed, .unsigned, .bipolar, .ternary, .outlierVictim, .flint: Float(value(ofCode: code))
        case .float32: Float(bitPattern: code)
        case .float16: Binary16.widened(UInt16(truncatingIfNeeded: code))
        case .bfloat16: BFloat16.widened(UInt16(truncatingIfNeeded: code))
        case .minifloat(let format): format.widened(UInt8(truncatingIfNeeded: code))
        }
    }

    /// The code of a float codec nearest to a number, ties to even. Beyond the greatest number f16 and bf16 give infinity,
    /// minifloats their greatest. NaN gives the codec's NaN, or +0 where it has none. Of integer codecs those with gaps
    /// give their nearest, ties to the greater magnitude, the others 0.
    @inlinable
    public func code(ofFloat x: Float) -> UInt32 {
        switch self {
        case .signed, .unsigned, .bipolar, .ternary, .outlierVictim: 0
        case .flint(let format): UInt32(format.nearestCode(x))
        case .float32: Elementary.canonical(x).bitPattern
        case .float16: UInt32(Binary16.narrowed(x))
        case .bfloat16: UInt32(BFloat16.narrowed(x))
        case .minifloat(let format): UInt32(format.narrowed(x))
        }
    }
}
