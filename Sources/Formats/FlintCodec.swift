/// Flint of four bits as a codec of its own (ANT, MICRO 2022): every code is a number, and neighbours do not matter.
/// The magnitudes are whole numbers, dense near zero and powers of two far from it.
public enum FlintCodec: String, Hashable, Sendable, CaseIterable {
    /// Sign and three bits of flint: 0, 1, 2, 3, 4, 6, 8, 16. Code 1000 is zero too, which nothing writes.
    case signed = "flint4"
    /// Four bits of flint: 0 to 8, then 10, 12, 14, 16, 24, 32, 64.
    case unsigned = "uflint4"

    /// Of one code.
    public var bits: Int { 4 }

    public var isSigned: Bool { self == .signed }

    /// What the code is without its sign.
    public var magnitudes: Flint { Flint(bits: isSigned ? 3 : 4) }

    /// The greatest number.
    public var greatest: Int { isSigned ? 16 : 64 }

    public var range: ClosedRange<Int> { isSigned ? -greatest...greatest : 0...greatest }

    /// The number of a code, as the decoder hands it to the multipliers; bits above `bits` are ignored.
    public func number(_ code: UInt8) -> ExponentInteger {
        guard isSigned else { return magnitudes.number(Int(code & 0xF)) }
        var number = magnitudes.number(Int(code & 7))
        if code & 8 != 0 { number.integer = -number.integer }
        return number
    }

    /// The integer of a code; bits above `bits` are ignored.
    public func value(_ code: UInt8) -> Int { table.values[Int(code & 0xF)] }

    /// The code of the nearest number; below and above all of them the last one. A NaN counts as 0, and 0 is code 0.
    ///
    /// - Parameter tiesUp: a number in the middle of two magnitudes takes the greater.
    public func nearestCode(_ x: Float, tiesUp: Bool = true) -> UInt8 {
        guard isSigned || x > 0 else { return 0 }
        let magnitude = x.magnitude
        let table = table
        var index = 0
        for middle in table.middles where magnitude > middle || (magnitude == middle && tiesUp) { index += 1 }
        let code = table.ascending[index]
        return x < 0 && code != 0 ? code | 8 : code
    }

    /// The code of an integer that is one of the numbers, else `nil`.
    public func code(ofValue value: Int) -> UInt8? {
        let code = nearestCode(Float(value))
        return self.value(code) == value ? code : nil
    }

    /// Numbers in both orders.
    private struct Table: Sendable {
        /// By code.
        var values: [Int]
        /// Codes without sign, by magnitude.
        var ascending: [UInt8]
        /// Between neighbours of `ascending`; exact.
        var middles: [Float]

        init(_ codec: FlintCodec) {
            values = (0..<16).map { codec.number($0).value }
            let flint = codec.magnitudes
            let codes = flint.ascendingCodes
            ascending = codes.map { UInt8($0) }
            middles = zip(codes, codes.dropFirst()).map { Float(flint.number($0).value + flint.number($1).value) * 0.5 }
        }
    }

    private static let signedTable = Table(.signed)
    private static let unsignedTable = Table(.unsigned)

    private var table: Table { isSigned ? Self.signedTable : Self.unsignedTable }
}
