import Formats

/// Products that are rounded to binary16 before they are summed (`DotContract.Products`).
enum HalfProduct {
    /// The nearest binary16 number, ties to even; infinity beyond the greatest.
    static func rounded(_ x: Float) -> Float { Binary16.widened(Binary16.narrowed(x)) }

    /// a * weight as a sum of a * 2^i over the bits of |weight|, from the lowest on, rounded to binary16 at every step.
    /// The binary32 sum of two binary16 numbers rounds to binary16 as the exact one does: 24 >= 2 * 11 + 2 bits.
    static func sumOfTerms(_ a: Float, _ weight: Float) -> Float {
        guard weight != 0 else { return a * weight }
        var bits = Int(weight.magnitude)
        var term = a
        var sum: Float = 0
        while bits != 0 {
            if bits & 1 == 1 { sum = rounded(sum + term) }
            bits >>= 1
            term = rounded(term + term)
        }
        return weight < 0 ? -sum : sum
    }
}
