/// From real numbers to integer codes' values, one element at a time (`docs/numerics.md`, Integers).
public enum Quantiser {
    /// Static quantisation: r = f32(x / scale); clamp(round(r), lo - z, hi - z) + z, ties to even. NaN gives z.
    ///
    /// - Parameter range: the values lo...hi of the codec.
    @inlinable
    public static func quantised(_ x: Float, scale: Float, zeroPoint: Int, range: ClosedRange<Int>) -> Int {
        let ratio = x / scale
        guard !ratio.isNaN else { return zeroPoint }
        // Binary64 holds the bounds of every codec, up to int32 less a zero point, exactly.
        let rounded = Double(RoundingRule.halfToEven.round(ratio))
        let low = Double(range.lowerBound - zeroPoint)
        let high = Double(range.upperBound - zeroPoint)
        return Int(max(low, min(high, rounded))) + zeroPoint
    }

    /// Greatest magnitude of a dynamically quantised value: 2^(bits - 1) - 1.
    @inlinable
    public static func dynamicLimit(bits: Int) -> Int { (1 << (bits - 1)) - 1 }

    /// Scale of a group whose greatest magnitude is m: f32(m / (2^(bits - 1) - 1)), or 1 when m = 0.
    @inlinable
    public static func dynamicScale(maximumMagnitude m: Float, bits: Int) -> Float {
        m == 0 ? 1 : Elementary.canonical(m / Float(dynamicLimit(bits: bits)))
    }

    /// Greatest |x| of `count` numbers, left to right as `m < |x| ? |x| : m` from +0. (A NaN never wins.)
    @inlinable
    public static func maximumMagnitude(count: Int, _ element: (Int) -> Float) -> Float {
        var maximum: Float = 0
        for index in 0..<count {
            let magnitude = element(index).magnitude
            maximum = maximum < magnitude ? magnitude : maximum
        }
        return maximum
    }

    /// One value under a dynamic scale: clamp(round(f32(x / scale)), -qmax, qmax).
    @inlinable
    public static func dynamicallyQuantised(_ x: Float, scale: Float, bits: Int) -> Int {
        let limit = dynamicLimit(bits: bits)
        return quantised(x, scale: scale, zeroPoint: 0, range: -limit...limit)
    }

    /// `value` clamped to a codec's range.
    @inlinable
    public static func saturated(_ value: Int64, to range: ClosedRange<Int>) -> Int {
        Int(max(Int64(range.lowerBound), min(Int64(range.upperBound), value)))
    }

    /// Saturation after a zero point is added; the sum itself cannot wrap.
    @inlinable
    public static func saturated(_ value: Int64, plus zeroPoint: Int, to range: ClosedRange<Int>) -> Int {
        let (sum, overflow) = value.addingReportingOverflow(Int64(zeroPoint))
        return saturated(overflow ? (value < 0 ? .min : .max) : sum, to: range)
    }
}
