import Formats

/// The processing elements. One of 4 bits multiplies two integers of at most 5 signed bits (a signed nibble, or the unsigned
/// lower nibble of a wider integer), adds the exponents, and shifts the product by their sum.
public enum ExponentIntegerElement {
    /// Elements along one side of the array that a number takes.
    static func count(_ bits: Int) -> Int { bits > 4 ? 2 : 1 }

    /// An integer of `bits` bits as what single elements take: itself, or its signed upper nibble with an exponent of 4
    /// more and its unsigned lower nibble.
    public static func nibbles(_ number: ExponentInteger, bits: Int) -> [ExponentInteger] {
        guard bits > 4 else { return [number] }
        return [
            ExponentInteger(number.exponent + 4, number.integer >> 4),
            ExponentInteger(number.exponent, number.integer & 15),
        ]
    }

    /// What one element adds: (b * d) << (a + c), modulo 2^32.
    public static func product(_ x: ExponentInteger, _ y: ExponentInteger) -> Int32 {
        Int32(truncatingIfNeeded: (x.integer * y.integer) << (x.exponent + y.exponent))
    }

    /// The sum of neighbouring elements that share a product: shifts of 8, 4, 4 and 0 for two 8-bit slots.
    public static func joined(_ x: [ExponentInteger], _ y: [ExponentInteger]) -> Int32 {
        var sum: Int32 = 0
        for upper in x { for lower in y { sum &+= product(upper, lower) } }
        return sum
    }
}
