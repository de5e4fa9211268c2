/// A fusion unit of BitFusion (ISCA 2018): 16 bricks, each of which multiplies two digits of two bits, signed or not.
/// Grouped by the widths of the operands they make one product of 8 by 8 bits, or up to 16 of 2 by 2.
public enum FusionUnit {
    public static let bricks = 16
    public static let digitBits = 2
    /// Two's complement width of a unit's sum: one product of two 8-bit codes of any sign, |x| <= 255 * 255 < 2^17, or
    /// several that are smaller together.
    public static let sumBits = 18

    /// Digits of an operand of 1 to 8 bits: 1, 2 or 4, because products are shared out in powers of two.
    public static func digits(bits: Int) -> Int { 1 << levels(ceilDivide(bits, digitBits)) }

    /// Products that a unit makes at once.
    public static func products(weightBits: Int, activationBits: Int) -> Int {
        bricks / (digits(bits: weightBits) * digits(bits: activationBits))
    }

    /// One digit as a brick sees it: two bits and whether the upper one is a sign.
    public struct Digit: Hashable, Sendable {
        public var field: Int
        public var isSigned: Bool

        public init(field: Int, isSigned: Bool) {
            self.field = field
            self.isSigned = isSigned
        }

        /// Three bits in two's complement.
        var value: Int { isSigned ? field.wrapped(to: digitBits) : field }
    }

    /// The digits of a number, lowest first; the highest of a signed number is signed.
    public static func digits(of number: Int, bits: Int, isSigned: Bool) -> [Digit] {
        let count = digits(bits: bits)
        // The arithmetic shift extends a sign over digits that the code does not reach.
        return (0..<count).map { index in
            Digit(field: number >> (digitBits * index) & 3, isSigned: isSigned && index == count - 1)
        }
    }

    /// One brick: a multiplier of three by three bits in two's complement.
    public static func brick(_ a: Digit, _ b: Digit) -> Int { (a.value * b.value).wrapped(to: 6) }

    /// One product: its bricks, each shifted by the places of its digits, added up.
    public static func product(_ a: [Digit], _ b: [Digit]) -> Int {
        var sum = 0
        for (i, x) in a.enumerated() { for (j, y) in b.enumerated() { sum += brick(x, y) << (digitBits * (i + j)) } }
        return sum
    }

    /// What leaves a unit: the sum of the products that it makes at once.
    static func sum(_ a: ArraySlice<[Digit]>, _ b: ArraySlice<[Digit]>) -> Int {
        zip(a, b).reduce(0) { $0 + product($1.0, $1.1) }.wrapped(to: sumBits)
    }
}
