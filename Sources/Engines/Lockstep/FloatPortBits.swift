extension FloatPort {
    /// Exponent of a port of the RTL, and its bits beside the significand.
    static let exponentBits = 9
    static let overhead = 3 + exponentBits

    /// A number as a port of the RTL has it.
    init(port: Int, significandBits bits: Int) {
        let fields = port >> bits
        self.init(integer: 0, bits: bits)
        significand = UInt32(port & (1 << bits - 1))
        exponent = (fields & (1 << Self.exponentBits - 1)).wrapped(to: Self.exponentBits)
        isNegative = fields >> Self.exponentBits & 1 == 1
        kind = fields >> (Self.exponentBits + 2) & 1 == 1
            ? .notANumber : fields >> (Self.exponentBits + 1) & 1 == 1 ? .infinity : .finite
    }

    /// The number as a port of the RTL has it: {not a number, infinite, negative, exponent, significand}.
    func port(significandBits: Int) -> Int {
        // Rounding may have made a power of two of all ones.
        let carries = significand >> UInt32(significandBits) != 0
        let fraction = Int(carries ? significand >> 1 : significand)
        let power = (carries ? exponent + 1 : exponent) & (1 << Self.exponentBits - 1)
        let sign = (isNegative ? 1 : 0) << (Self.exponentBits + significandBits)
        switch kind {
        case .finite: return sign | power << significandBits | fraction
        case .infinity: return sign | 2 << (Self.exponentBits + significandBits)
        case .notANumber: return sign | 4 << (Self.exponentBits + significandBits)
        }
    }
}
