/// A port of an RTL module, or a part of one: `count` elements of `bits` bits, element 0 in the lowest bits.
public struct RTLPort: Hashable, Sendable {
    /// As the module spells it.
    public var name: String
    /// Of one element, 1 to 64.
    public var bits: Int
    public var count: Int
    /// What a random element is drawn from; two's complement where it reaches below 0.
    public var values: ClosedRange<Int>

    /// - Parameter values: all unsigned numbers of `bits` when left out (all two's complement ones of 64 bits).
    public init(_ name: String, bits: Int, count: Int = 1, values: ClosedRange<Int>? = nil) {
        self.name = name
        self.bits = bits
        self.count = count
        self.values = values ?? (bits < 64 ? 0...Int(bitPattern: UInt(1) << UInt(bits) - 1) : Int.min...Int.max)
    }

    /// All two's complement numbers.
    public static func signed(_ name: String, bits: Int, count: Int = 1) -> RTLPort {
        RTLPort(name, bits: bits, count: count, values: -1 << (bits - 1)...(~(-1 << (bits - 1))))
    }
}
