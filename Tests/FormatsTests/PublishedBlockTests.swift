import Formats
import Testing

/// Published blocks of other formats, through the parts that they share with the formats here.
@Suite struct PublishedBlockTests {
    static let sixteen: [Float] = [0.11, -0.52, 1.37, 0.02, -2.9, 0.75, 3.6, -0.26, 0, 1.1, -1.8, 0.4, -0.05, 2.2, -3.1, 0.9]
    static let more: [Float] = [5.2, -0.3, 0.66, -4.7, 1.25, 0.18, -0.9, 2.4, -0.01, 3.3, -2.2, 0.07, 1.9, -1.1, 0.5, -0.6]

    static func packed(_ codes: [UInt8]) -> [UInt8] { BitPacking.packed(codes: codes.map { UInt32($0) }, bits: 4) }

    @Test func nvfp4() {
        let g = Float(12) / Float(2688)
        #expect(g == 0x1.24924ap-8)
        let code = Minifloat.e4m3.narrowed(Float(3.6) / 6 / g)
        let scale = Minifloat.e4m3.widened(code)
        #expect(code == 0x70 && scale == 128)
        let inverse = 1 / (scale * g)
        let codes = Self.sixteen.map { Minifloat.e2m1.narrowed($0 * inverse) }
        #expect(codes == [0, 10, 4, 0, 15, 3, 7, 9, 0, 4, 13, 1, 8, 6, 15, 3])
        #expect(Self.packed(codes) == [0xA0, 0x04, 0x3F, 0x97, 0x40, 0x1D, 0x68, 0x3F])
        let sum = codes.reduce(Float(0)) { $0 + Minifloat.e2m1.widened($1) }
        #expect(sum == 1 && Double(sum) * Double(scale) * Double(g) == 0.5714285969734192)
    }

    @Test func mxfp4AndMXINT8() {
        let block = Self.sixteen + Self.more
        #expect(Float(5.2).exponent - 2 == 0)
        let bytes: [UInt8] = [
            0x90, 0x03, 0x2D, 0x96, 0x20, 0x1C, 0x48, 0x2D, 0x97, 0xE1, 0x02, 0x4A, 0x58, 0x0C, 0xA4, 0x91,
        ]
        #expect(Self.packed(block.map { Minifloat.e2m1.narrowed($0) }) == bytes)
        // 2^2 / 64.
        let integers = block.map { Quantiser.quantised($0, scale: 0.0625, zeroPoint: 0, range: -127...127) }
        let expected = [
            2, -8, 22, 0, -46, 12, 58, -4, 0, 18, -29, 6, -1, 35, -50, 14, 83, -5, 11, -75, 20, 3, -14, 38, 0, 53, -35, 1, 30,
            -18, 8, -10,
        ]
        #expect(integers == expected)
    }

    @Test(arguments: [
        (0.15625, 0x3E20, 124, 0x20), (-3, 0xC040, 128, 0xC0), (0.001, 0x3A83, 117, 0x03),
    ] as [(Float, UInt16, UInt16, UInt16)])
    func bfloat16Splits(_ x: Float, _ pattern: UInt16, _ exponent: UInt16, _ rest: UInt16) {
        let found = BFloat16.narrowed(x)
        #expect(found == pattern && (found >> 7) & 255 == exponent && ((found >> 8) & 0x80 | found & 0x7F) == rest)
    }

    /// Four numbers share 2^(floor(log2 max) - 2): unsorted and sorted.
    @Test func blockFloatingPoint() {
        func block(_ x: [Float], _ step: Float) -> (codes: [Int], error: Float) {
            let codes = x.map { Quantiser.quantised($0, scale: step, zeroPoint: 0, range: -7...7) }
            let errors = zip(x, codes).map { $0 - Float($1) * step }
            return (codes, errors.reduce(Float(0)) { $0 + $1 * $1 })
        }
        let unsorted = [block([100, 3, 2.5, 90], 16), block([2, 80, 3.5, 70], 16)]
        #expect(unsorted.map(\.codes) == [[6, 0, 0, 6], [0, 5, 0, 4]] && unsorted[0].error + unsorted[1].error == 119.5)
        let sorted = [block([100, 90, 80, 70], 16), block([3.5, 3, 2.5, 2], 0.5)]
        #expect(sorted.map(\.codes) == [[6, 6, 5, 4], [7, 6, 5, 4]] && sorted[0].error == 88 && sorted[1].error == 0)
    }

    /// SqueezeLLM: 32 indices of three bits are a plain stream. SpQR: scale, zero and 16 weights, then a byte at bit 54.
    @Test func threeBitStreams() {
        func word(_ bytes: some Sequence<UInt8>) -> UInt64 { Array(bytes).reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        let indices = BitPacking.packed(codes: (0..<32).map { UInt32((5 * $0 + 1) % 8) }, bits: 3)
        let words = stride(from: 0, to: 12, by: 4).map { word(indices[$0..<$0 + 4]) }
        #expect(words == [0xF19D_50F1, 0x50F1_9D50, 0x9D50_F19D])
        let row = BitPacking.packed(codes: [5, 2] + (0..<16).map { UInt32((3 * $0 + 1) % 8) }, bits: 3)
        #expect(word(row) | 0xA7 << 54 == 0x29F3_1578_7315_7855)
    }
}
