import BigInt
import Formats
import Testing

/// OCP 8-bit Floating Point 1.0 and OCP Microscaling Formats 1.0, written down once more as layouts.
@Suite struct MinifloatTests {
    struct Layout: Sendable {
        var format: Minifloat
        var exponent: Int
        var fraction: Int
        var bias: Int
        /// Codes without sign that are finite numbers.
        var finite: Int
        var greatest: Double
    }
    static let layouts = [
        Layout(format: .e4m3, exponent: 4, fraction: 3, bias: 7, finite: 127, greatest: 448),
        Layout(format: .e5m2, exponent: 5, fraction: 2, bias: 15, finite: 124, greatest: 57344),
        Layout(format: .e2m3, exponent: 2, fraction: 3, bias: 1, finite: 32, greatest: 7.5),
        Layout(format: .e3m2, exponent: 3, fraction: 2, bias: 3, finite: 32, greatest: 28),
        Layout(format: .e2m1, exponent: 2, fraction: 1, bias: 1, finite: 8, greatest: 6),
    ]

    /// Value of a code without sign as a numerator over 2^24.
    static func numerator(_ code: Int, _ layout: Layout) -> BigInt {
        let exponent = code >> layout.fraction
        let fraction = code & ((1 << layout.fraction) - 1)
        let significand = exponent == 0 ? fraction : fraction + (1 << layout.fraction)
        return BigInt(significand) << (24 + max(exponent, 1) - layout.bias - layout.fraction)
    }

    static func real(_ numerator: BigInt) -> Double { Double(Int64(numerator)) * 0x1p-24 }

    @Test(arguments: layouts)
    func everyCodeHasItsValueAndNarrowsBack(_ layout: Layout) {
        let format = layout.format
        #expect(format.bits == 1 + layout.exponent + layout.fraction)
        let signBit = 1 << (format.bits - 1)
        for code in 0..<signBit {
            let wide = format.widened(UInt8(code))
            let negative = format.widened(UInt8(code | signBit))
            if code < layout.finite {
                let value = Self.real(Self.numerator(code, layout))
                #expect(Double(wide) == value && Double(negative) == -value)
                #expect(wide.sign == .plus && negative.sign == .minus)
                #expect(format.narrowed(wide) == UInt8(code))
                #expect(format.narrowed(negative) == UInt8(code | signBit))
            } else if format == .e5m2, code == 0x7C {
                #expect(wide == .infinity && negative == -.infinity)
            } else {
                #expect(wide.bitPattern == 0x7FC0_0000 && negative.bitPattern == 0x7FC0_0000)
            }
        }
        #expect(Double(format.greatest) == layout.greatest)
    }

    /// Between every two neighbours: the middle goes to the even one, anything off the middle to the nearer one.
    @Test(arguments: layouts)
    func everyMiddleGoesToEven(_ layout: Layout) {
        let signBit = UInt8(1 << (layout.format.bits - 1))
        for low in 0..<layout.finite - 1 {
            let sum = Self.numerator(low, layout) + Self.numerator(low + 1, layout)
            let middle = Float(Self.real(sum) / 2)
            let even = UInt8(low & 1 == 0 ? low : low + 1)
            #expect(layout.format.narrowed(middle) == even)
            #expect(layout.format.narrowed(-middle) == even | signBit)
            #expect(layout.format.narrowed(middle.nextDown) == UInt8(low))
            #expect(layout.format.narrowed(-middle.nextUp) == UInt8(low + 1) | signBit)
        }
    }

    /// Random numbers, multiples of 2^-40 within the range, against a search for the nearest in exact integers.
    @Test(arguments: layouts)
    func everyNumberGoesToTheNearest(_ layout: Layout) {
        var random = SplitMix64(seed: 11)
        for _ in 0..<20_000 {
            let exponent = Int(random.next() % 34) - 17
            let fraction = UInt32(truncatingIfNeeded: random.next()) & 0x7F_FFFF
            let x = Float(bitPattern: UInt32(127 + exponent) << 23 | fraction)
            let exact = BigInt(Int64(fraction | 0x80_0000)) << (exponent + 17)
            var best = 0
            for code in 1..<layout.finite {
                let old = ((Self.numerator(best, layout) << 16) - exact).magnitude
                let new = ((Self.numerator(code, layout) << 16) - exact).magnitude
                if new < old || (new == old && code & 1 == 0) { best = code }
            }
            #expect(Int(layout.format.narrowed(x)) == best, "\(x)")
        }
    }

    @Test func publishedVectors() {
        // OCP MX: E2M1 codes 0...7; the thresholds of NVFP4 quantisers.
        #expect((UInt8(0)..<8).map { Minifloat.e2m1.widened($0) } == [0, 0.5, 1, 1.5, 2, 3, 4, 6])
        let thresholds: [Float] = [0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5]
        #expect(thresholds.map { Minifloat.e2m1.narrowed($0) } == [0, 2, 2, 4, 4, 6, 6])
        // OCP OFP8 table 2.
        #expect(Minifloat.e4m3.widened(0x7E) == 448 && Minifloat.e5m2.widened(0x7B) == 57344)
        #expect(Minifloat.e4m3.widened(0x01) == 0x1p-9 && Minifloat.e5m2.widened(0x01) == 0x1p-16)
        #expect(Minifloat.e4m3.widened(0x08) == 0x1p-6 && Minifloat.e5m2.widened(0x04) == 0x1p-14)
        #expect(Minifloat.e3m2.widened(0x01) == 0.0625 && Minifloat.e2m3.widened(0x01) == 0.125)
    }

    @Test func whatDoesNotFitSaturates() {
        for format in Minifloat.allCases {
            let sign = UInt8(1 << (format.bits - 1))
            for x in [Float.infinity, .greatestFiniteMagnitude, format.greatest.nextUp, format.greatest] {
                #expect(format.narrowed(x) == format.greatestCode && format.narrowed(-x) == format.greatestCode | sign)
            }
            #expect(format.narrowed(.leastNonzeroMagnitude) == 0 && format.narrowed(-0.0) == sign)
        }
        #expect(Minifloat.allCases.map { $0.narrowed(.nan) } == [0x7F, 0x7E, 0, 0, 0])
    }
}

@Suite struct BFloat16Tests {
    @Test func everyPatternWidensExactlyAndNarrowsBack() {
        for pattern in UInt16.min...UInt16.max {
            let wide = BFloat16.widened(pattern)
            if pattern & 0x7FFF > 0x7F80 {
                #expect(wide.bitPattern == 0x7FC0_0000)
            } else {
                #expect(wide.bitPattern == UInt32(pattern) << 16)
                #expect(BFloat16.narrowed(wide) == pattern)
            }
        }
    }

    @Test func everyMiddleGoesToEven() {
        for low in UInt16(0)..<0x7F80 {
            let middle = UInt32(low) << 16 | 0x8000
            #expect(BFloat16.narrowed(Float(bitPattern: middle)) == (low & 1 == 0 ? low : low + 1))
            #expect(BFloat16.narrowed(Float(bitPattern: middle - 1)) == low)
            #expect(BFloat16.narrowed(Float(bitPattern: middle + 1)) == low + 1)
        }
        #expect(BFloat16.narrowed(.greatestFiniteMagnitude) == 0x7F80)
        #expect(BFloat16.narrowed(-.nan) == 0x7FC0)
    }
}
