/// A number as the decoders of OliVe (arXiv 2304.07493) hand it to the multipliers: integer * 2^exponent.
public struct ExponentInteger: Hashable, Sendable {
    public var exponent: Int
    public var integer: Int

    @inlinable
    public init(_ exponent: Int, _ integer: Int) {
        self.exponent = exponent
        self.integer = integer
    }

    public static let zero = ExponentInteger(0, 0)

    @inlinable
    public var value: Int { integer << exponent }
}
