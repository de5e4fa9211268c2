import Formats

/// The decoder of four-bit flint at the border of an array: a table of bits to <exponent, integer>, the integer odd or
/// below 8. Nothing is searched or multiplied.
public struct FlintDecoder: Hashable, Sendable {
    public let format: FlintCodec

    public init(_ format: FlintCodec) { self.format = format }

    /// The number of the lowest four bits.
    public func number(_ code: Int) -> ExponentInteger {
        guard format.isSigned else { return Self.four(code & 15) }
        let number = Self.three(code & 7)
        return ExponentInteger(number.exponent, code & 8 == 0 ? number.integer : -number.integer)
    }

    /// Codes below 4 are their values; above, the run of zeros behind the first bit is the exponent.
    private static func three(_ code: Int) -> ExponentInteger {
        switch code {
        case 0b111: ExponentInteger(1, 3)
        case 0b110: ExponentInteger(2, 1)
        case 0b101: ExponentInteger(3, 1)
        case 0b100: ExponentInteger(4, 1)
        default: ExponentInteger(0, code)
        }
    }

    /// Codes below 8 are their values.
    private static func four(_ code: Int) -> ExponentInteger {
        switch code {
        case 0b1100: ExponentInteger(3, 1)
        case 0b1101: ExponentInteger(1, 5)
        case 0b1110: ExponentInteger(2, 3)
        case 0b1111: ExponentInteger(1, 7)
        case 0b1010: ExponentInteger(4, 1)
        case 0b1011: ExponentInteger(3, 3)
        case 0b1001: ExponentInteger(5, 1)
        case 0b1000: ExponentInteger(6, 1)
        default: ExponentInteger(0, code)
        }
    }
}
