import Formats
import Testing

/// Flint of four bits as a codec, from the tables of ANT (MICRO 2022).
@Suite struct FlintCodecTests {
    /// By code, 0000 first. 1000 of the signed codec is -0.
    static let signed = [0, 1, 2, 3, 16, 8, 4, 6, 0, -1, -2, -3, -16, -8, -4, -6]
    static let unsigned = [0, 1, 2, 3, 4, 5, 6, 7, 64, 32, 16, 24, 8, 10, 12, 14]

    static func table(_ format: FlintCodec) -> [Int] { format.isSigned ? signed : unsigned }

    @Test(arguments: FlintCodec.allCases)
    func everyCodeHasTheNumberOfTheTable(_ format: FlintCodec) {
        let codec = Codec.flint(format)
        for (code, value) in Self.table(format).enumerated() {
            #expect(format.value(UInt8(code)) == value && format.number(UInt8(code)).value == value)
            #expect(codec.value(ofCode: UInt32(code)) == Int32(value) && codec.float(ofCode: UInt32(code)) == Float(value))
        }
        #expect(codec.range == (Self.table(format).min() ?? 1)...(Self.table(format).max() ?? 0))
        #expect(codec.isInteger && codec.hasZero && codec.bits == 4 && codec.edgeBytes == 1)
    }

    /// Eighths from below the least to above the greatest, by searching all codes.
    @Test(arguments: FlintCodec.allCases)
    func numbersBecomeTheNearestAndTiesTheGreaterMagnitude(_ format: FlintCodec) {
        let values = Self.table(format)
        for eighth in -600...600 {
            let x = Float(eighth) / 8
            let distance = values.map { abs(Float($0) - x) }.min() ?? 0
            let nearest = values.filter { abs(Float($0) - x) == distance }
            let expected = nearest.max { abs($0) < abs($1) }
            let code = format.nearestCode(x)
            #expect(values[Int(code)] == expected, "\(x)")
            #expect(code != 0b1000 || !format.isSigned)
            #expect(Codec.flint(format).code(ofFloat: x) == UInt32(code))
        }
        #expect(format.nearestCode(.nan) == 0 && values[Int(format.nearestCode(.infinity))] == values.max())
        #expect(values[Int(format.nearestCode(-.infinity))] == values.min())
    }

    @Test(arguments: FlintCodec.allCases)
    func integersBetweenTheNumbersHaveNoCode(_ format: FlintCodec) {
        let values = Self.table(format)
        for value in -70...70 {
            let code = Codec.flint(format).code(ofValue: value)
            #expect((code == nil) == !values.contains(value))
            if let code { #expect(values[Int(code)] == value) }
        }
    }
}
