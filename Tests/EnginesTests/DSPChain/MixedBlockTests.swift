import Arch
import Engines
import Formats
import Testing

/// Blocks of 16 k by 16 columns that each keep their own number of weights, on DSP chains.
@Suite struct MixedBlockTests {
    private static let engines: [any Engine] = [
        DSPChain(), DSPChain(rows: 8, columns: 3, vectorColumns: 16, epilogueLanes: 3),
        DSPChain(rows: 16, columns: 4, vectorColumns: 32, adjustDepth: 2, lspBits: 4),
        DSPChain(rows: 16, columns: 2, vectorColumns: 16).dealt(over: 3),
    ]

    @Test func keptWeightsGiveTheBitsOfTheMaskedProduct() {
        for (index, engine) in Self.engines.enumerated() {
            for seed in 0..<120 {
                let product = ProductCase.randomMixed(seed % 2 == 0 ? .int8 : .uint8, seed: UInt64(1000 * index + seed))
                let expected = product.expected()
                let results = structuralAndFast(engine, product)
                #expect(results[0] == expected, "structural, \(engine.summary), seed \(seed)")
                #expect(results[1] == expected, "fast, \(engine.summary), seed \(seed)")
            }
        }
    }

    static func multiply(rows: Int, columns: Int, depth: Int, group: Int? = nil, _ count: (Int, Int) -> Int) -> Multiply {
        var multiply = TimingTests.multiply(
            TimingTests.Shape(rows: rows, columns: columns, ky: 1, kx: 1, run: depth, group: group, bits: 8), .int8)
        let counts = (0..<(columns + 15) / 16).flatMap { stripe in
            (0..<(depth + 15) / 16).map { UInt8(count(stripe, $0)) }
        }
        multiply.structure = .mixed(MixedBlocks(counts: counts, positions: 0))
        return multiply
    }

    /// Any mix of all five; each sixth block keeps nothing.
    private static func mixed(_ stripe: Int, _ block: Int) -> Int { [4, 0, 2, 16, 8, 2][(stripe * 5 + block * 7) % 6] }

    /// 256 rows are two passes of 128; a block of 16 columns takes N / 2 cycles of two chains per row pair. The 128 x 16 sums
    /// of the last pass leave in 32 cycles; those before are hidden behind 256 blocks of K.
    @Test func matricesTakeTheCyclesOfTheirBlocks() {
        let multiply = Self.multiply(rows: 256, columns: 80, depth: 4096, Self.mixed)
        let cycles = (0..<5).reduce(0) { total, stripe in (0..<256).reduce(total) { $0 + Self.mixed(stripe, $1) / 2 } }
        let timing = DSPChain().timing(multiply, shape: nil)
        #expect(timing.occupancy == 2 * cycles + 32)
        #expect(timing.occupancyParts.first { $0.term == .ideal }?.cycles == 2 * cycles)
        #expect(timing.occupancyParts.allSatisfy { $0.cycles >= 0 })
        // Blocks of 16 use the chain whole: sections of 16 slices, and the multiplexer's register.
        var dense = multiply
        dense.structure = .dense
        #expect(timing.latency == DSPChain().timing(dense, shape: nil).latency + 1)
    }

    /// One row: 512 columns a pass, whose 32 blocks of one k range share 64 chains; 512 sums leave in 8 cycles.
    @Test func vectorsTakeAsManyChainsAsTheirBlocksNeed() {
        let multiply = Self.multiply(rows: 1, columns: 1024, depth: 1600, Self.mixed)
        let cycles = (0..<2).reduce(0) { total, pass in
            (0..<100).reduce(total) { total, block in
                total + ((0..<32).reduce(0) { $0 + Self.mixed(32 * pass + $1, block) } + 63) / 64
            }
        }
        #expect(DSPChain().timing(multiply, shape: nil).occupancy == cycles + 8)
    }

    /// The published MM and MV times are those of the dense instruction times the kept share.
    @Test(arguments: [2, 4, 8, 16])
    func equalBlocksTakeTheCyclesOfTheirPattern(_ count: Int) throws {
        let shape = TimingTests.Shape(rows: 256, columns: 256, ky: 1, kx: 1, run: 4096, group: nil, bits: 8)
        var uniform = TimingTests.multiply(shape, .int8)
        if let pattern = NOfM(n: count, m: 16) { uniform.structure = .nOfM(pattern, positions: 0) }
        let mixed = Self.multiply(rows: 256, columns: 256, depth: 4096) { _, _ in count }
        let chain = DSPChain()
        #expect(Self.issue(chain.timing(mixed, shape: nil)) == Self.issue(chain.timing(uniform, shape: nil)))
        #expect(Self.issue(chain.timing(mixed, shape: nil)) == 256 * 256 * 4096 * count / 16 / 4096)
    }

    private static func issue(_ timing: UnitTiming) -> Int {
        timing.occupancyParts.filter { $0.term == .ideal || $0.term == .raggedEdges }.reduce(0) { $0 + $1.cycles }
    }

    @Test func emptyBlocksTakeNoCycle() {
        let full = DSPChain().timing(Self.multiply(rows: 128, columns: 16, depth: 320) { _, _ in 8 }, shape: nil)
        let half = DSPChain().timing(Self.multiply(rows: 128, columns: 16, depth: 320) { _, k in k % 2 == 0 ? 8 : 0 }, shape: nil)
        let none = DSPChain().timing(Self.multiply(rows: 128, columns: 16, depth: 320) { _, _ in 0 }, shape: nil)
        #expect(full.occupancy == 20 * 4 + 32 && half.occupancy == 10 * 4 + 32)
        // A step without chains, and the zeros leave.
        #expect(none.occupancy == 1 + 32)
    }

    /// Scale groups of 32 k, 16 columns: segments of 2 blocks take 8 cycles, or 1, and 128 x 16 sums 32 to leave.
    @Test func sumsLeaveAtTheEndOfEveryGroup() {
        let timing = DSPChain().timing(Self.multiply(rows: 128, columns: 16, depth: 128, group: 32) { _, _ in 8 }, shape: nil)
        #expect(timing.occupancy == 8 + 4 * 32)
    }

    /// 3 rows, 20 columns, K 40: (0, 4, 2) in the first stripe, (8, 2, 0) in the second, of 4 columns.
    @Test func activityCountsWhatIsKept() {
        let counts = [[0, 4, 2], [8, 2, 0]]
        let multiply = Self.multiply(rows: 3, columns: 20, depth: 40) { counts[$0][$1] }
        let kept = 16 * 6 + 4 * 10
        // Two rows and 16 chains of this engine: 4 + 1 chains, or 2; all in one pass of 128 columns, so a cycle for each
        // block of K: 16, 16 and 8 activations of every row, in two passes of rows.
        let engine = DSPChain(rows: 2, columns: 16, vectorColumns: 16)
        #expect(engine.activity(multiply, shape: nil) == [
            .multiplyAccumulate: 3 * kept, .selection: 2 * kept, .activationRead: 3 * 40,
            .weightRead: 2 * (16 * 6 + 4 * 10), .metadataRead: 2 * (8 * 6 + 2 * 10 + 2 * 3), .accumulatorWrite: 4 * 60,
            // Parts of eight, with codes of 0...255: an adjust unit behind every four slices.
            .shiftAdd: 2 * 4,
        ])
    }

    @Test func supportNamesWhyAMixIsNotTaken() {
        func reason(_ engine: any Engine, _ weights: Codec = .signed(bits: 4), runtime: Bool = false) -> String? {
            let format = ProductFormat(activations: .int8, weights: weights, runtimeWeights: runtime, mix: .all)
            if case .unsupported(let reason) = engine.answer(format) { return reason }
            return nil
        }
        #expect(reason(DSPChain()) == nil)
        #expect(reason(DSPChain(splits: false))?.contains("needs reduction nodes") == true)
        #expect(reason(DSPChain(selectorInputs: 8))?.contains("selects from 8") == true)
        #expect(reason(DSPChain(chainLength: 32))?.contains("these are 32 and 64") == true)
        #expect(reason(DSPChain(vectorColumns: 40))?.contains("these are 16 and 40") == true)
        #expect(reason(DSPChain(), .bipolar(bits: 2))?.contains("no zero") == true)
        #expect(reason(DSPChain(), .int8, runtime: true)?.contains("made at run time") == true)
        #expect(reason(MACArray())?.contains("all blocks of a weight keep as many") == true)
        #expect(reason(LUTTensorCore())?.contains("all blocks of a weight keep as many") == true)
    }
}
