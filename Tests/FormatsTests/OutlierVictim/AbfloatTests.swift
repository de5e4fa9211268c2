import Formats
import Testing

/// Adaptive biased floats: (2^m + mantissa) * 2^(exponent + bias).
@Suite struct AbfloatTests {
    @Test(arguments: [(2, [12, 16, 24, 32, 48, 64, 96]), (3, [24, 32, 48, 64, 96, 128, 192])])
    func e2m1HasSevenMagnitudes(bias: Int, magnitudes: [Int]) {
        let format = Abfloat(exponentBits: 2, mantissaBits: 1, bias: bias)
        #expect((1...7).map { format.magnitude($0) } == magnitudes)
        #expect((1...7).map { format.number(UInt8($0) | 8).value } == magnitudes.map { -$0 })
        #expect(format.greatestCode == 7 && format.bits == 4)
    }

    /// Exponent from the field and the bias, integer 2 or 3.
    @Test func exponentAndIntegerAreTheFields() {
        let format = Abfloat(exponentBits: 2, mantissaBits: 1, bias: 2)
        let numbers = (1...7).map { format.number(UInt8($0)) }
        #expect(numbers.map(\.exponent) == [2, 3, 3, 4, 4, 5, 5])
        #expect(numbers.map(\.integer) == [3, 2, 3, 2, 3, 2, 3])
    }

    @Test func e4m3RunsFrom144() {
        let format = Abfloat(exponentBits: 4, mantissaBits: 3, bias: 4)
        #expect((1...8).map { format.magnitude($0) } == [144, 160, 176, 192, 208, 224, 240, 256])
        #expect(format.magnitude(127) == 7_864_320)
        #expect(format.magnitude(64) == 1 << 15)
    }

    /// The published code's outliers of 8 bits.
    @Test func e2m5RunsFrom132To2016() {
        let format = Abfloat(exponentBits: 2, mantissaBits: 5, bias: 2)
        #expect(format.magnitude(1) == 132 && format.magnitude(127) == 2016)
    }

    /// 200 lies in the middle of 192 and 208.
    @Test(arguments: [
        (Float(144), UInt8(0b0000_0001), 4, 9), (-200, 0b1000_0101, 4, -13), (1000, 0b0001_1000, 7, 8),
        (32768, 0b0100_0000, 12, 8), (-5000, 0b1010_1010, 9, -10),
    ])
    func numbersGoToTheNearestE4M3(x: Float, code: UInt8, exponent: Int, integer: Int) {
        let format = Abfloat(exponentBits: 4, mantissaBits: 3, bias: 4)
        let nearest = format.nearestCode(x.magnitude, limit: 127, tiesUp: true) | (x < 0 ? 0x80 : 0)
        #expect(nearest == code)
        #expect(format.number(code) == ExponentInteger(exponent, integer))
    }

    @Test func endsOfTheRangeSaturate() {
        let format = Abfloat(exponentBits: 2, mantissaBits: 1, bias: 2)
        for x in [Float(0), 1, 8, 12, 13.9] { #expect(format.nearestCode(x, limit: 7, tiesUp: true) == 1) }
        for x in [Float(80), 97, 1e30, .infinity] { #expect(format.nearestCode(x, limit: 7, tiesUp: true) == 7) }
        #expect(format.nearestCode(.infinity, limit: 5, tiesUp: true) == 5)
        // 20 is the middle of 16 and 24.
        #expect(format.nearestCode(20, limit: 7, tiesUp: true) == 3)
        #expect(format.nearestCode(20, limit: 7, tiesUp: false) == 2)
    }
}
