import Arch
import Engines
import Testing

/// Every quad of int4 activations against every nibble, one plane; more planes against every pair and seeded codes.
struct ExhaustiveLookupTests {
    /// One or two planes: the bits of the column number are the planes. More: seeded.
    static func codes(column: Int, bits: Int, using random: inout SeededGenerator) -> [UInt8] {
        (0..<4).map { (i: Int) -> UInt8 in
            guard bits <= 2 else { return UInt8.random(in: 0..<(1 << UInt8(bits)), using: &random) }
            let low = (column >> i) & 1
            let high = bits == 2 ? (column >> (4 + i)) & 1 : 0
            return UInt8(low + 2 * high)
        }
    }

    @Test(arguments: [1, 2, 3, 4])
    func everyQuadOfFourBitActivations(_ bits: Int) {
        var random = SeededGenerator(UInt64(bits))
        let columns = bits == 1 ? 16 : bits == 2 ? 256 : 64
        let engine = LUTTensorCore(n: 64)
        for bipolar in [true, false] {
            var product = ProductCase(
                format: .exactTables, inner: 65536, run: 4, columns: columns, bits: bits, bipolar: bipolar)
            product.zero = 1 << (bits - 1)
            product.pixels = (0..<65536).map { (quad: Int) -> [Int] in
                (0..<4).map { ((quad >> (4 * $0)) & 15) - 8 }
            }
            product.codes = (0..<columns).map { Self.codes(column: $0, bits: bits, using: &random) }
            let (multiply, structural) = product.prepare(engine)
            engine.multiplyStructurally(multiply, shape: nil, memory: structural.memory)
            let (_, fast) = product.prepare(engine)
            engine.multiply(multiply, shape: nil, memory: fast.memory)
            let words = structural.words(multiply)
            #expect(words == fast.words(multiply))
            var wrong = 0
            for (row, a) in product.pixels.enumerated() {
                for (column, codes) in product.codes.enumerated() {
                    var exact = 0
                    for i in 0..<4 {
                        let code = Int(codes[i])
                        exact += a[i] * (bipolar ? 2 * code + 1 - (1 << bits) : code - (1 << (bits - 1)))
                    }
                    if words[row * columns + column] != UInt32(truncatingIfNeeded: exact) { wrong += 1 }
                }
            }
            #expect(wrong == 0)
        }
    }
}
