import Formats
import Testing

/// Magnitudes of flint, from the tables of ANT.
@Suite struct FlintTests {
    @Test func fourUnsignedBits() {
        let expected = [
            0b0000: 0, 0b0001: 1, 0b0010: 2, 0b0011: 3, 0b0100: 4, 0b0101: 5, 0b0110: 6, 0b0111: 7, 0b1100: 8,
            0b1101: 10, 0b1110: 12, 0b1111: 14, 0b1010: 16, 0b1011: 24, 0b1001: 32, 0b1000: 64,
        ]
        for (code, value) in expected { #expect(Flint(bits: 4).number(code).value == value, "\(code)") }
    }

    /// What the decoders hand on.
    @Test func threeBitsAsExponentAndInteger() {
        let expected: [Int: (Int, Int)] = [
            0b000: (0, 0), 0b001: (0, 1), 0b010: (0, 2), 0b011: (0, 3), 0b111: (1, 3), 0b110: (2, 1), 0b101: (3, 1),
            0b100: (4, 1),
        ]
        for (code, (exponent, integer)) in expected {
            #expect(Flint(bits: 3).number(code) == ExponentInteger(exponent, integer), "\(code)")
        }
        #expect(Flint(bits: 3).ascendingCodes == [0b000, 0b001, 0b010, 0b011, 0b110, 0b111, 0b101, 0b100])
    }
}
