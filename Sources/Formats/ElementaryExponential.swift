extension Elementary {
    /// e^x, from 2^n * e^r with |r| <= ln 2 / 2.
    ///
    /// exp(-infinity) = +0, exp(+-0) = 1, exp(infinity) = infinity; infinity from x = 88.722839 (0x42B17218) on. Subnormal results
    /// are rounded once more, when 2^n is applied; +0 for x below -103.97208.
    @inlinable
    public static func exp(_ x: Float) -> Float {
        guard x == x else { return notANumber }
        // Beyond these bounds the result is +0 or infinity anyway, and n fits the two exponents below.
        let bounded: Float = x < -104 ? -104 : (x > 89 ? 89 : x)
        // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits.
        let shifted = bounded * 0x1.715476p0 + 0x1.8p23
        let n = Int32(bitPattern: shifted.bitPattern) &- 0x4B40_0000
        let count = shifted - 0x1.8p23
        // ln 2 = 15 bits + rest: count * 15 bits is exact, and so is the first difference.
        let high = bounded - count * 0x1.62e4p-1
        let low = count * 0x1.7f7d1cp-20
        let r = high - low
        // The linear term is high - low, so the rounding of r matters in the small terms only.
        let y = 1 + (high - (low - (r * r) * exponentialTail(r)))
        let half = n &>> 1
        return (y * powerOfTwo(half)) * powerOfTwo(n &- half)
    }

    /// (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2, within 2^-23.8.
    @inlinable
    static func exponentialTail(_ r: Float) -> Float {
        (((0x1.6d1112p-10 * r + 0x1.120b78p-7) * r + 0x1.55551ap-5) * r + 0x1.5554dcp-3) * r + 0x1p-1
    }

    /// 2^n for n in -126...127.
    @inlinable
    static func powerOfTwo(_ n: Int32) -> Float { Float(bitPattern: UInt32(bitPattern: n &+ 127) << 23) }

    /// 1 / (1 + e^-x): t / (1 + t) with t = e^-|x| for negative x, otherwise one minus that.
    ///
    /// sigmoid(-infinity) = +0, sigmoid(+-0) = 0.5, sigmoid(infinity) = 1.
    @inlinable
    public static func sigmoid(_ x: Float) -> Float {
        guard x == x else { return notANumber }
        let a = x.magnitude
        guard a >= 1 else { return 0.5 + 0.5 * tanhNearZero(0.5 * x) }
        let tail = logisticTail(a)
        return x < 0 ? tail : 1 - tail
    }

    /// The hyperbolic tangent: x + x^3 P(x^2) below 5/8, otherwise 1 - 2t / (1 + t) with t = e^-2|x|.
    ///
    /// Odd, signed zeros included; 1 from 9.010914 on.
    @inlinable
    public static func tanh(_ x: Float) -> Float {
        guard x == x else { return notANumber }
        let a = x.magnitude
        guard a < 0.875 else {
            let tail = logisticTail(a + a)
            return withSign(of: x, 1 - (tail + tail))
        }
        return withSign(of: x, tanhNearZero(a))
    }

    @inlinable
    static func tanhNearZero(_ x: Float) -> Float {
        let s = x * x
        let high = ((-0x1.1f17b8p-11 * s + 0x1.716c44p-9) * s - 0x1.167f44p-7) * s + 0x1.64cc9ap-6
        let p = ((high * s - 0x1.ba03bep-5) * s + 0x1.1110cap-3) * s - 0x1.555556p-2
        return x + x * (s * p)
    }

    /// t / (1 + t) with t = e^-a, for a >= 0: the reciprocal is a quadratic seed (within 2^-6.9) and one third-order
    /// Newton step.
    @inlinable
    static func logisticTail(_ a: Float) -> Float {
        let t = exp(-a)
        let seed = (0x1.4afd6ap-2 * t - 0x1.9dbcc4p-1) * t + 0x1.fad40ap-1
        // 1 - (1 + t) * seed, without rounding 1 + t.
        let e = (1 - seed) - t * seed
        let reciprocal = seed + seed * (e + e * (e + e * e))
        return t - t * (t * reciprocal)
    }
}
