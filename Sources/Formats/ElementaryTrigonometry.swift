extension Elementary {
    /// sin x for |x| <= 2^17; NaN beyond. Odd, signed zeros included.
    @inlinable
    public static func sin(_ x: Float) -> Float {
        guard x.magnitude <= 0x1p17 else { return notANumber }
        guard x.magnitude >= 0x1p-12 else { return x }
        let (turns, high, low) = quarterTurns(x)
        let value = turns & 1 == 0 ? sine(high, low) : cosine(high, low)
        return turns & 2 == 0 ? value : -value
    }

    /// cos x for |x| <= 2^17; NaN beyond. Even.
    @inlinable
    public static func cos(_ x: Float) -> Float {
        guard x.magnitude <= 0x1p17 else { return notANumber }
        let (turns, high, low) = quarterTurns(x)
        let value = turns & 1 == 0 ? cosine(high, low) : sine(high, low)
        return (turns &+ 1) & 2 == 0 ? value : -value
    }

    /// x less the nearest multiple of pi / 2, as the sum of two numbers, and the last two bits of which multiple it is.
    ///
    /// pi / 2 is cut into seven parts of 7 bits and a rest: products of the parts with multiples below 2^17 are exact, and so are all
    /// differences, the first three because they are shorter than x, the others because what they round off is kept.
    @inlinable
    static func quarterTurns(_ x: Float) -> (turns: UInt32, high: Float, low: Float) {
        // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits.
        let shifted = x * 0x1.45f306p-1 + 0x1.8p23
        let count = shifted - 0x1.8p23
        var (high, low) = (((x - count * 0x1.9p0) - count * 0x1.0cp-7) - count * 0x1.ecp-14, Float(0))
        takeOff(count * 0x1.5p-22, &high, &low)
        takeOff(count * 0x1.1p-30, &high, &low)
        takeOff(count * 0x1.4p-39, &high, &low)
        takeOff(count * 0x1.44p-42, &high, &low)
        low -= count * 0x1.08d314p-49
        let sum = high + low
        return (shifted.bitPattern & 3, sum, (high - sum) + low)
    }

    /// The rounded difference, and what was rounded off, which is added to `low`.
    @inlinable
    static func takeOff(_ part: Float, _ high: inout Float, _ low: inout Float) {
        let difference = high - part
        let taken = difference - high
        low += (high - (difference - taken)) - (part + taken)
        high = difference
    }

    /// sin(r + low) for |r| <= pi / 4 and a low part below half a unit in its last place.
    @inlinable
    static func sine(_ r: Float, _ low: Float) -> Float {
        let s = r * r
        let p = ((0x1.6d93d4p-19 * s - 0x1.a01322p-13) * s + 0x1.11110ep-7) * s - 0x1.555556p-3
        return r + (r * (s * p) + low * (1 - 0.5 * s))
    }

    /// cos(r + low), likewise.
    @inlinable
    static func cosine(_ r: Float, _ low: Float) -> Float {
        let s = r * r
        let q = (0x1.9bad12p-16 * s - 0x1.6c128p-10) * s + 0x1.555554p-5
        let half = 0.5 * s
        let near = 1 - half
        return near + (((1 - near) - half) + (s * (s * q) - r * low))
    }
}
