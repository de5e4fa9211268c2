import Arch
import Engines
import Formats
import Testing

/// Four products of 4-bit operands in every DSP48E2 of a chain.
@Suite struct QuadChainTests {
    private static let engines: [any Engine] = [
        DSPChain(packing: .quad), DSPChain(rows: 6, chainLength: 4, columns: 3, vectorColumns: 5, packing: .quad),
        DSPChain(rows: 4, chainLength: 10, columns: 2, vectorColumns: 3, epilogueLanes: 2, packing: .quad).dealt(over: 2),
    ]

    /// Codes of up to 4 bits on both sides; every weight less its zero point in -8...7.
    private static func product(_ format: Multiply.Activations, seed: UInt64, isExtreme: Bool = false) -> ProductCase {
        var random = SeededGenerator(seed &+ 4)
        var product = ProductCase.random(format, seed: seed, maximumRun: 70)
        product.bits = isExtreme ? 4 : Int.random(in: 1...4, using: &random)
        product.activationBits = isExtreme ? 4 : Int.random(in: 1...4, using: &random)
        product.bipolar = product.bits < 4 && Bool.random(using: &random)
        product.zeros = nil
        product.zero = Int.random(in: max(0, (1 << product.bits) - 8)...8, using: &random)
        product.fill(extremes: isExtreme || seed % 4 == 0, using: &random)
        return product
    }

    @Test(arguments: [Multiply.Activations.int8, .uint8])
    func quadsGiveTheWideDotProducts(_ format: Multiply.Activations) {
        for (index, engine) in Self.engines.enumerated() {
            for seed in 0..<80 {
                let product = Self.product(format, seed: UInt64(1000 * index + seed), isExtreme: seed % 5 == 0)
                let expected = product.expected()
                let results = structuralAndFast(engine, product)
                #expect(results[0] == expected, "structural, \(engine.summary), seed \(seed)")
                #expect(results[1] == expected, "fast, \(engine.summary), seed \(seed)")
            }
        }
    }

    /// All activations of 4 bits against all weights of 4 bits, in every lane.
    @Test(arguments: [(Multiply.Activations.int8, -8...7), (.uint8, 0...15)])
    func everyProductIsExact(_ format: Multiply.Activations, _ range: ClosedRange<Int>) {
        var product = ProductCase(format: format, inner: 16, run: 1, columns: 64, bits: 4)
        product.activationBits = 4
        product.zero = 8
        product.pixels = range.map { [$0] }
        // Column 4 i + j has weight (i + 5 j) mod 16.
        product.codes = (0..<64).map { [UInt8(($0 / 4 + 5 * ($0 % 4)) % 16)] }
        let results = structuralAndFast(Self.engines[0], product)
        #expect(results[0] == product.expected() && results[1] == results[0])
    }

    /// Twice the products of pairs: 128 rows by 4 columns a pass, 16 k a cycle; its 512 sums leave in 8 cycles.
    @Test func matricesTakeHalfTheCyclesOfPairs() {
        let shape = TimingTests.Shape(rows: 256, columns: 256, ky: 1, kx: 1, run: 4096, group: nil, bits: 4)
        var multiply = TimingTests.multiply(shape, .int8)
        multiply.zero = .immediate(8)
        let engine = DSPChain(packing: .quad)
        #expect(engine.timing(multiply, shape: nil).occupancy == 2 * 128 * 256 + 4)
        multiply.activationBits = 4
        let timing = engine.timing(multiply, shape: nil)
        #expect(timing.occupancy == 2 * 64 * 256 + 8)
        #expect(timing.occupancyParts.first { $0.term == .ideal }?.cycles == 2 * 64 * 256)
        // No sections, and one register more behind the carry counters; pairs of 4-bit weights have no sections either.
        #expect(timing.latency == DSPChain().timing(multiply, shape: nil).latency + 1)
        #expect(engine.peak(weightBits: 4, activationBits: 4) == 2 * engine.peak(weightBits: 4))
        #expect(engine.peak(weightBits: 4, activationBits: 8) == engine.peak(weightBits: 8))
    }

    /// A row takes 256 columns at once, where pairs take 64 and leave their lower lane empty.
    @Test func aRowTakesAQuarterOfTheCyclesOfPairs() {
        let shape = TimingTests.Shape(rows: 1, columns: 1024, ky: 1, kx: 1, run: 1600, group: nil, bits: 4)
        var multiply = TimingTests.multiply(shape, .int8)
        (multiply.zero, multiply.activationBits) = (.immediate(8), 4)
        #expect(DSPChain(packing: .quad).timing(multiply, shape: nil).occupancy == 4 * 100 + 4)
        #expect(DSPChain().timing(multiply, shape: nil).occupancy == 16 * 100 + 1)
    }

    /// 5 rows, 6 columns (two quads), K 40 (three blocks): three lanes of every quad are corrected in every block.
    @Test func correctionsAreCounted() {
        let shape = TimingTests.Shape(rows: 5, columns: 6, ky: 1, kx: 1, run: 40, group: nil, bits: 4)
        var multiply = TimingTests.multiply(shape, .int8)
        (multiply.zero, multiply.activationBits) = (.immediate(8), 4)
        let events = DSPChain(packing: .quad).activity(multiply, shape: nil)
        #expect(events[.shiftAdd] == 5 * 2 * 3 * 3 && events[.multiplyAccumulate] == 5 * 6 * 40)
    }

    /// Zero points of a table, values beyond -8...7, wide activations and N:M weights go by pairs.
    @Test func otherOperandsGoByPairs() throws {
        let shape = TimingTests.Shape(rows: 4, columns: 64, ky: 1, kx: 1, run: 64, group: nil, bits: 4)
        var quad = TimingTests.multiply(shape, .int8)
        (quad.zero, quad.activationBits) = (.immediate(8), 4)
        let pattern = try #require(NOfM(n: 2, m: 4))
        let changes: [(inout Multiply) -> Void] = [
            { $0.zero = .table(offset: 0) }, { $0.zero = .immediate(7) }, { $0.activationBits = 5 }, { $0.codes = .bipolar },
            { $0.structure = .nOfM(pattern, positions: 0) },
        ]
        let part = { (multiply: Multiply) in
            DSPChain(packing: .quad).timing(multiply, shape: nil).occupancyParts.first { $0.term == .ideal }?.name
        }
        #expect(part(quad) == "four products in every DSP48E2")
        for change in changes {
            var multiply = quad
            change(&multiply)
            #expect(part(multiply) == "two products in every DSP48E2")
        }
    }

    /// What nobody counts is lost: every lane is its bits of one 48-bit word, and the borrow of the lane below.
    @Test(arguments: 0..<40)
    func lanesWrapWithoutAdjustUnits(seed: Int) {
        var product = Self.product(seed % 2 == 0 ? .int8 : .uint8, seed: UInt64(seed), isExtreme: seed % 3 == 0)
        (product.scaled, product.weightGroup, product.activationGroup) = (false, nil, nil)
        (product.outer, product.ky, product.kx, product.bipolar) = (1, 1, 1, false)
        (product.run, product.columns) = (min(product.run, 16), 4)
        var random = SeededGenerator(UInt64(seed))
        product.fill(extremes: seed % 3 == 0, using: &random)
        let expected = (0..<product.inner).flatMap { row -> [UInt32] in
            let sums = (0..<4).map { column in
                (0..<product.run).reduce(0) { $0 + product.pixels[row][$1] * (Int(product.codes[column][$1]) - product.zero) }
            }
            let word = sums[0] + sums[1] << 8 + sums[2] << 15 + sums[3] << 22
            func field(_ low: Int, _ width: Int) -> Int {
                let bits = word >> low & (1 << width - 1)
                return bits >= 1 << (width - 1) ? bits - 1 << width : bits
            }
            func lane(_ low: Int, _ width: Int) -> Int {
                let sum = field(low, width) + (word >> (low - 1) & 1)
                return sum == 1 << (width - 1) ? -sum : sum
            }
            return [field(0, 8), lane(8, 7), lane(15, 7), lane(22, 26)].map { UInt32(truncatingIfNeeded: $0) }
        }
        let results = structuralAndFast(DSPChain(adjusts: false, packing: .quad), product)
        #expect(results[0] == expected && results[1] == expected)
    }

    @Test func withoutAdjustUnitsQuadsAreRefused() {
        func reason(_ engine: DSPChain, _ activations: Codec) -> String? {
            let format = ProductFormat(activations: activations, weights: .signed(bits: 4))
            if case .unsupported(let reason) = engine.support(format) { return reason }
            return nil
        }
        let unadjusted = DSPChain(adjusts: false, packing: .quad)
        #expect(reason(unadjusted, .signed(bits: 4))?.contains("holds no product of int4 by int4") == true)
        #expect(reason(unadjusted, .int8) == nil)
        #expect(reason(DSPChain(packing: .quad), .signed(bits: 4)) == nil)
    }
}
