import Formats

/// The decoder at a border of the array: two slots in, two numbers <exponent, integer> out. It looks for the identifier
/// in either slot and then reads bits; nothing is multiplied or searched.
public struct BorderDecoder: Hashable, Sendable {
    public let format: OutlierVictimPair

    public init(_ format: OutlierVictimPair) { self.format = format }

    /// The victim's identifier: the sign bit alone.
    private var identifier: Int { 1 << (format.bits - 1) }

    public func decode(left: UInt8, right: UInt8) -> (left: ExponentInteger, right: ExponentInteger) {
        let mask = 1 << format.bits - 1
        let (left, right) = (Int(left) & mask, Int(right) & mask)
        return (number(left, besideIdentifier: right == identifier), number(right, besideIdentifier: left == identifier))
    }

    private func number(_ slot: Int, besideIdentifier: Bool) -> ExponentInteger {
        // A victim is zero, whatever lies beside it.
        guard slot != identifier else { return .zero }
        return besideIdentifier ? outlier(slot) : normal(slot)
    }

    /// Sign, exponent field, mantissa with its hidden one.
    private func outlier(_ slot: Int) -> ExponentInteger {
        let (mantissaBits, bias) =
            switch format {
            case .int4: (1, 2)
            case .flint4: (1, 3)
            case .int8: (3, 4)
            case .int8E2M5: (5, 2)
            }
        let magnitude = slot & (identifier - 1)
        let integer = 1 << mantissaBits | magnitude & (1 << mantissaBits - 1)
        return ExponentInteger(magnitude >> mantissaBits + bias, slot & identifier == 0 ? integer : -integer)
    }

    private func normal(_ slot: Int) -> ExponentInteger {
        switch format {
        case .int4, .int8, .int8E2M5: ExponentInteger(0, slot & identifier == 0 ? slot : slot - 2 * identifier)
        case .flint4: FlintDecoder(.signed).number(slot)
        }
    }
}
