import Formats

/// One element of each vector function, as docs/numerics.md defines it; each operator is one binary32 operation.
enum Scalar {
    @inline(__always) static func relu(_ x: Float) -> Float { x < 0 ? 0 : x }
    @inline(__always) static func reciprocal(_ x: Float) -> Float { 1 / x }
    @inline(__always) static func maximum(_ m: Float, _ x: Float) -> Float { m < x ? x : m }

    /// The scale of a group whose greatest magnitude is m; a group of zeros has scale 1.
    @inline(__always)
    static func dynamicScale(_ m: Float, _ limit: Float) -> Float { m == 0 ? 1 : m / limit }

    @inline(__always)
    static func clamp(_ x: Float, _ low: Float, _ high: Float) -> Float { x < low ? low : (x > high ? high : x) }

    @inline(__always)
    static func gelu(_ x: Float) -> Float { (0.5 * x) * (1 + Elementary.erf(x * 0.70710677)) }

    @inline(__always)
    static func geluTanh(_ x: Float) -> Float {
        var u = x * x
        u = u * x
        u = 0.044715 * u
        u = x + u
        u = 0.7978846 * u
        return (0.5 * x) * (1 + Elementary.tanh(u))
    }

    @inline(__always) static func silu(_ x: Float) -> Float { x * Elementary.sigmoid(x) }

    @inline(__always)
    static func hardSigmoid(_ x: Float) -> Float {
        var u = x * 0.16666667
        u = u + 0.5
        return u < 0 ? 0 : (u > 1 ? 1 : u)
    }

    @inline(__always) static func hardSwish(_ x: Float) -> Float { x * hardSigmoid(x) }

    // Saturating 32-bit arithmetic without branches: on overflow the sign of an operand says which bound.

    @inline(__always)
    static func add(_ a: Int32, _ b: Int32) -> Int32 {
        let sum = a &+ b
        let overflow = ~(a ^ b) & (a ^ sum)
        return overflow < 0 ? (a &>> 31) ^ .max : sum
    }

    @inline(__always)
    static func subtract(_ a: Int32, _ b: Int32) -> Int32 {
        let difference = a &- b
        let overflow = (a ^ b) & (a ^ difference)
        return overflow < 0 ? (a &>> 31) ^ .max : difference
    }

    @inline(__always)
    static func multiply(_ a: Int32, _ b: Int32) -> Int32 { Int32(clamping: Int64(a) &* Int64(b)) }

    @inline(__always)
    static func clamp(_ x: Int32, _ low: Int32, _ high: Int32) -> Int32 { x < low ? low : (x > high ? high : x) }

    /// clamp(round(x), low - zero, high - zero) + zero for any bounds; NaN gives the zero point.
    @inline(__always)
    static func quantise(_ x: Float, zero: Int32, low: Int32, high: Int32) -> Int32 {
        guard x == x else { return zero }
        // Binary64 holds every integer in question exactly.
        let rounded = Double(x.rounded(.toNearestOrEven))
        let lowest = Double(low) - Double(zero)
        let highest = Double(high) - Double(zero)
        let clamped = rounded < lowest ? lowest : (rounded > highest ? highest : rounded)
        return Int32(clamping: Int64(clamped) + Int64(zero))
    }

    /// The same where low - zero and high - zero lie within 2^22: adding 1.5 * 2^23 rounds half to even to an integer.
    @inline(__always)
    static func quantiseNarrow(_ x: Float, zero: Int32, lowest: Float, highest: Float) -> Int32 {
        let number = x == x ? x : 0
        let clamped = number < lowest ? lowest : (number > highest ? highest : number)
        return (Int32(bitPattern: (clamped + 0x1.8p23).bitPattern) &- 0x4B40_0000) &+ zero
    }
}
