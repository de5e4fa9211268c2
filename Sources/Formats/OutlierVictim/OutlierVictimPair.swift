/// Formats of outlier-victim pairs (OliVe, arXiv 2304.07493). Two neighbours share a pair of slots. A pair without an
/// outlier holds two normal values. Otherwise the outlier is an abfloat in its own slot, and its neighbour, the victim, is
/// zero: its slot holds the identifier, which is no normal code.
public enum OutlierVictimPair: String, Hashable, Sendable, CaseIterable {
    /// 4 bits: -7...7, outliers E2M1 with bias 2 (12 to 96).
    case int4 = "ovpi4"
    /// 4 bits: sign and 3-bit flint (0, 1, 2, 3, 4, 6, 8, 16), outliers E2M1 with bias 3 (24 to 192).
    case flint4 = "ovpf4"
    /// 8 bits: -127...127, outliers E4M3 with bias 4 (144 to 2^15).
    case int8 = "ovpi8"
    /// 8 bits: -127...127, outliers E2M5 with bias 2 (132 to 2016), as OliVe's published code has them.
    case int8E2M5 = "ovpi8e2m5"

    /// Of one slot.
    public var bits: Int {
        switch self {
        case .int4, .flint4: 4
        case .int8, .int8E2M5: 8
        }
    }

    @inlinable
    public var outliers: Abfloat {
        switch self {
        case .int4: Abfloat(exponentBits: 2, mantissaBits: 1, bias: 2)
        case .flint4: Abfloat(exponentBits: 2, mantissaBits: 1, bias: 3)
        case .int8: Abfloat(exponentBits: 4, mantissaBits: 3, bias: 4)
        case .int8E2M5: Abfloat(exponentBits: 2, mantissaBits: 5, bias: 2)
        }
    }

    /// The greatest outlier code without sign. OliVe limits outliers to 2^15, so E4M3 ends at 8 * 2^12.
    public var greatestOutlierCode: Int { self == .int8 ? 0b100_0000 : outliers.greatestCode }

    /// The greatest magnitude of a normal value.
    @inlinable
    public var greatestNormal: Int {
        switch self {
        case .int4: 7
        case .flint4: 16
        case .int8, .int8E2M5: 127
        }
    }

    public var greatestOutlier: Int { outliers.magnitude(greatestOutlierCode) }

    /// Every value of a well-formed pair.
    public var range: ClosedRange<Int> { -greatestOutlier...greatestOutlier }

    /// Whether a whole number is written as a normal value where the boundary is the nearest of both kinds; a lone one beyond the greatest
    /// normal value saturates.
    public func isNormal(_ number: Int) -> Bool { 2 * abs(number) < greatestNormal + outliers.magnitude(1) }

    /// What the slot of a victim holds: the sign bit alone.
    @inlinable
    public var identifier: UInt8 { bits == 4 ? 0x8 : 0x80 }

    /// A normal value by its code; bits above `bits` are ignored. The identifier is 0.
    public func normal(_ code: UInt8) -> ExponentInteger {
        switch self {
        case .int4:
            return code & 0xF == identifier ? .zero : ExponentInteger(0, Int(Int8(bitPattern: code << 4) >> 4))
        case .int8, .int8E2M5:
            return code == identifier ? .zero : ExponentInteger(0, Int(Int8(bitPattern: code)))
        case .flint4:
            return FlintCodec.signed.number(code)
        }
    }

    /// Both values of a pair. Two identifiers, which no encoder makes, are two zeros.
    public func decoded(_ left: UInt8, _ right: UInt8) -> (left: ExponentInteger, right: ExponentInteger) {
        let mask: UInt8 = bits == 4 ? 0xF : 0xFF
        switch (left & mask == identifier, right & mask == identifier) {
        case (true, true): return (.zero, .zero)
        case (false, true): return (outliers.number(left), .zero)
        case (true, false): return (.zero, outliers.number(right))
        case (false, false): return (normal(left), normal(right))
        }
    }

    /// Whether some encoder makes this pair: no bits above `bits`, not two identifiers, and beside an identifier an
    /// outlier code that is in use.
    public func isWellFormed(_ left: UInt8, _ right: UInt8) -> Bool {
        guard Int(left) >> bits == 0, Int(right) >> bits == 0 else { return false }
        switch (left == identifier, right == identifier) {
        case (true, true): return false
        case (false, true): return isOutlier(left)
        case (true, false): return isOutlier(right)
        case (false, false): return true
        }
    }

    /// A slot without a neighbour (the last of an odd row) holds a normal value.
    public func isWellFormed(single code: UInt8) -> Bool { Int(code) >> bits == 0 && code != identifier }

    private func isOutlier(_ code: UInt8) -> Bool {
        (1...greatestOutlierCode).contains(Int(code & (identifier - 1)))
    }

    /// One pair of 4-bit slots as a byte. OliVe does not say which half is the left slot; here it is the upper one.
    @inlinable
    public static func byte(_ left: UInt8, _ right: UInt8) -> UInt8 { left << 4 | right & 0xF }

    @inlinable
    public static func slots(ofByte byte: UInt8) -> (left: UInt8, right: UInt8) { (byte >> 4, byte & 0xF) }
}
