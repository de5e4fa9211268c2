import Engines
import Testing

/// Planes of f16 tables, against multiplications of numbers that hold every product exactly.
struct FloatLookupTests {
    static func number(_ pattern: UInt16) -> Double {
        let (field, fraction) = (Int(pattern >> 10 & 0x1F), Double(pattern & 0x3FF))
        let magnitude = field == 0
            ? fraction * 0x1p-24 : (1024 + fraction) * Double(sign: .plus, exponent: field - 25, significand: 1)
        return pattern >> 15 == 1 ? -magnitude : magnitude
    }

    /// Every finite number by every plane; 65504 is the greatest.
    @Test func planesMultiplyByPowersOfTwo() {
        var wrong = 0
        for pattern in UInt16.min...UInt16.max where pattern >> 10 & 0x1F != 0x1F {
            for plane in 0..<8 {
                let scaled = FloatLookup.scaled(pattern, plane: plane)
                let product = Self.number(pattern) * Double(1 << plane)
                let isRight = abs(product) > 65504
                    ? scaled == (pattern & 0x8000 | 0x7C00)
                    : scaled >> 15 == pattern >> 15 && scaled >> 10 & 0x1F != 0x1F && Self.number(scaled) == product
                if !isRight { wrong += 1 }
            }
        }
        #expect(wrong == 0)
    }

    /// The published adder makes 2^(plane - 15) of a zero entry.
    @Test func zeroStaysZeroInEveryPlane() {
        for plane in 0..<8 {
            #expect(FloatLookup.scaled(0x0000, plane: plane) == 0x0000)
            #expect(FloatLookup.scaled(0x8000, plane: plane) == 0x8000)
            #expect(FloatLookup.scaled(0x7C00, plane: plane) == 0x7C00)
        }
    }

    /// Half table of [3, -5, 7, 2] as f16; stored 1011 is address 5, negative: +13, in plane 2 52.
    @Test func workedLookup() {
        let half = [-7.0, -17, 7, -3, -3, -13, 11, 1].map { Float16($0).bitPattern }
        #expect(Float16(bitPattern: FloatLookup.lookUp(0b1011, in: half, plane: 2)) == 52)
        #expect(Float16(bitPattern: FloatLookup.lookUp(0b1100, in: half, plane: 1)) == 22)
    }
}
