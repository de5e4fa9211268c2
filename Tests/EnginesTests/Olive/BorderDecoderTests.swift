import Engines
import Formats
import Testing

/// Decoders and elements, exhaustively.
struct BorderDecoderTests {
    @Test(arguments: OutlierVictimPair.allCases)
    func everyPairDecodesToItsValues(_ format: OutlierVictimPair) {
        let decoder = BorderDecoder(format)
        let top = UInt8(truncatingIfNeeded: 1 << format.bits - 1)
        for left in 0...top {
            for right in 0...top {
                let pair = decoder.decode(left: left, right: right)
                guard [pair.left.value, pair.right.value] == PairProduct.values(format, left, right),
                    pair == format.decoded(left, right)
                else {
                    Issue.record("\(left), \(right) of \(format.rawValue) decode to \(pair)")
                    return
                }
            }
        }
    }

    /// 12 is <2, 3> and -96 is <5, -3>; flint 6 is <1, 3>.
    @Test func numbersAreExponentAndInteger() {
        #expect(BorderDecoder(.int4).decode(left: 0x1, right: 0x8) == (ExponentInteger(2, 3), .zero))
        #expect(BorderDecoder(.int4).decode(left: 0xF, right: 0x8) == (ExponentInteger(5, -3), .zero))
        #expect(BorderDecoder(.flint4).decode(left: 0x7, right: 0xC) == (ExponentInteger(1, 3), ExponentInteger(4, -1)))
        #expect(BorderDecoder(.int8).decode(left: 0x80, right: 0x85) == (.zero, ExponentInteger(4, -13)))
    }

    /// -77 = (-5, 3) and 53 = (3, 5): four products, shifted by 8, 4, 4 and 0.
    @Test(arguments: [
        (-77, 53, [-3840, -400, 144, 15], -4081), (127, -127, [-14336, 112, -1920, 15], -16129),
        (-1, -127, [2048, -16, -1920, 15], 127),
    ])
    func fourElementsAreOneOfEightBits(x: Int, y: Int, parts: [Int], product: Int) {
        let (a, b) = (ExponentInteger(0, x), ExponentInteger(0, y))
        let left = ExponentIntegerElement.nibbles(a, bits: 8)
        let right = ExponentIntegerElement.nibbles(b, bits: 8)
        #expect(left.flatMap { a in right.map { Int(ExponentIntegerElement.product(a, $0)) } } == parts)
        #expect(ExponentIntegerElement.joined(left, right) == Int32(product))
    }

    /// Every integer that a decoder can hand on fits the ports: a signed nibble, or an unsigned one below another.
    @Test(arguments: OutlierVictimPair.allCases)
    func elementsTakeFiveSignedBits(_ format: OutlierVictimPair) {
        let top = UInt8(truncatingIfNeeded: 1 << format.bits - 1)
        for code in 0...top {
            for number in [BorderDecoder(format).decode(left: code, right: 0).left, BorderDecoder(format).decode(left: code, right: format.identifier).left] {
                let nibbles = ExponentIntegerElement.nibbles(number, bits: format.bits)
                #expect(nibbles.allSatisfy { (-8...15).contains($0.integer) } && (-8...7).contains(nibbles[0].integer))
                #expect(nibbles.reduce(0) { $0 + $1.value } == number.value)
            }
        }
    }

    @Test func greatestProductOfTwoOutliers() {
        let greatest = BorderDecoder(.int4).decode(left: 0x7, right: 0x8).left
        #expect(greatest == ExponentInteger(5, 3) && 2 * greatest.exponent == 10)
        #expect(ExponentIntegerElement.product(greatest, greatest) == 9216)
    }
}
