import Arch
import Engines
import Testing

/// Every group of int4 activations against every bit plane; more planes against every pair and seeded codes.
struct ExhaustiveLookupTests {
    /// One or two planes: the bits of the column number are the planes. More: seeded.
    static func codes(column: Int, bits: Int, length: Int, using random: inout SeededGenerator) -> [UInt8] {
        (0..<length).map { (i: Int) -> UInt8 in
            guard bits <= 2 else { return UInt8.random(in: 0..<(1 << UInt8(bits)), using: &random) }
            let low = (column >> i) & 1
            let high = bits == 2 ? (column >> (length + i)) & 1 : 0
            return UInt8(low + 2 * high)
        }
    }

    /// All groups of up to four activations; of five and six (16 million groups) all whose activations have five levels.
    static func groups(_ length: Int) -> [[Int]] {
        let levels = length <= 4 ? Array(-8...7) : [-8, -5, 0, 3, 7]
        return (0..<length).reduce([[]]) { groups, _ in groups.flatMap { group in levels.map { group + [$0] } } }
    }

    @Test(arguments: 1...6, [1, 2, 3, 4])
    func everyGroupOfFourBitActivations(_ length: Int, _ bits: Int) {
        var random = SeededGenerator(UInt64(16 * length + bits))
        let columns = bits == 1 ? 1 << length : bits == 2 ? min(256, 1 << (2 * length)) : 64
        let engine = LUTTensorCore(n: 64, k: length)
        let groups = Self.groups(length)
        for bipolar in [true, false] {
            var product = ProductCase(
                format: .exactTables, length: length, inner: groups.count,
                run: length, columns: columns, bits: bits, bipolar: bipolar)
            product.zero = 1 << (bits - 1)
            product.pixels = groups
            product.codes = (0..<columns).map { Self.codes(column: $0, bits: bits, length: length, using: &random) }
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
                    for i in 0..<length {
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
