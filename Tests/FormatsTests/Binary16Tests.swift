import Formats
import Testing

@Suite struct Binary16Tests {
    /// The value of a finite pattern, from the definition of the format, in binary64.
    static func value(_ pattern: UInt16) -> Double {
        let fraction = Double(pattern & 0x3FF)
        let exponent = Int(pattern >> 10 & 31)
        let magnitude =
            exponent == 0
            ? fraction * 0x1p-24 : (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
        return pattern >> 15 == 1 ? -magnitude : magnitude
    }

    @Test func everyPatternWidensExactlyAndNarrowsBack() {
        for pattern in UInt16.min...UInt16.max {
            let wide = Binary16.widened(pattern)
            switch pattern & 0x7FFF {
            case 0x7C00:
                #expect(wide == (pattern >> 15 == 1 ? -.infinity : .infinity))
                #expect(Binary16.narrowed(wide) == pattern)
            case 0x7C01...:
                #expect(wide.bitPattern == 0x7FC0_0000)
                #expect(Binary16.narrowed(wide) == 0x7E00)
            default:
                #expect(Double(wide) == Self.value(pattern))
                #expect(Binary16.narrowed(wide) == pattern)
            }
        }
    }

    /// Between every two neighbours: the middle goes to the even one, anything off the middle to the nearer one.
    @Test func everyMiddleGoesToEven() {
        for low in UInt16(0)..<0x7BFF {
            let middle = Float((Self.value(low) + Self.value(low + 1)) / 2)
            let even = low & 1 == 0 ? low : low + 1
            for sign: UInt16 in [0, 0x8000] {
                let signed = sign == 0 ? middle : -middle
                #expect(Binary16.narrowed(signed) == even | sign)
                #expect(Binary16.narrowed(sign == 0 ? middle.nextDown : -middle.nextDown) == low | sign)
                #expect(Binary16.narrowed(sign == 0 ? middle.nextUp : -middle.nextUp) == low + 1 | sign)
            }
        }
    }

    @Test func endsOfTheRange() {
        #expect(Binary16.narrowed(65504) == 0x7BFF)
        #expect(Binary16.narrowed(Float(65520).nextDown) == 0x7BFF)
        #expect(Binary16.narrowed(65520) == 0x7C00)
        #expect(Binary16.narrowed(-.greatestFiniteMagnitude) == 0xFC00)
        #expect(Binary16.narrowed(.leastNonzeroMagnitude) == 0)
        #expect(Binary16.narrowed(-0x1p-25) == 0x8000)
        #expect(Binary16.narrowed(Float(0x1p-25).nextUp) == 1)
        #expect(Binary16.narrowed(Float(bitPattern: 0xFF80_0001)) == 0x7E00)
    }
}
