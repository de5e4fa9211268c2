import Arch
import Engines
import Formats
import Testing

/// N:M structured weights against the product with their zeros, and the time and work that leaving them out saves.
struct StructuredProductTests {
    /// Lanes of K that are many blocks, no whole number of blocks, and fewer than a block keeps.
    static let engines: [any Engine] = [
        MACArray(rows: 16, columns: 12, partialRows: 3), MACArray(rows: 11, columns: 5), MACArray(rows: 3, columns: 7),
        MACArray(), DSPChain(rows: 4, chainLength: 10, columns: 3, vectorColumns: 5, selectorInputs: 32),
        DSPChain(selectorInputs: 32), DSPChain(selectorInputs: 32, splits: false),
        MixPEArray(rows: 16, columns: 12, partialRows: 3),
        MixPEArray(rows: 11, columns: 8, bitsPerElement: 2, signs: .twosComplement, epilogueLanes: 3),
        MixPEArray(rows: 3, columns: 10, signs: .signMagnitude, partialRows: 2), MixPEArray(),
    ]

    @Test(arguments: NOfM.all)
    func keptWeightsGiveTheBitsOfTheMaskedProduct(_ pattern: NOfM) {
        for (index, engine) in Self.engines.enumerated() {
            for seed in 0..<60 {
                let format: Multiply.Activations = seed % 2 == 0 ? .int8 : .uint8
                let product = ProductCase.random(
                    format, seed: UInt64(1000 * index + seed), maximumRun: 70, pattern: pattern)
                let expected = product.expected()
                let (multiply, structural) = product.prepare(engine)
                engine.multiplyStructurally(multiply, shape: nil, memory: structural.memory)
                #expect(structural.words(multiply) == expected, "structural, \(engine.summary), seed \(seed)")
                let (_, fast) = product.prepare(engine)
                engine.multiply(multiply, shape: nil, memory: fast.memory)
                #expect(fast.words(multiply) == expected, "fast, \(engine.summary), seed \(seed)")
            }
        }
    }

    /// 5 at 1 and -3 at 3; 7 at 0 and 2 at 3; 4 at 2 and a zero at 3; -1 at 0 and -6 at 1. And 4:16, one column each.
    @Test(arguments: [
        (2, 4, [5, -3, 7, 2, 4, 0, -1, -6], [1, 3, 0, 3, 2, 3, 0, 1], -4),
        (4, 16, [9, -4, 7, -2], [2, 5, 11, 15], 55),
    ])
    func publishedRowsGiveTheirDotProducts(_ n: Int, _ m: Int, _ values: [Int], _ positions: [Int], _ dot: Int) throws {
        let pattern = try #require(NOfM(n: n, m: m))
        var product = ProductCase(format: .int8, inner: 1, run: 16, columns: 1, bits: 8)
        product.pattern = pattern
        product.pixels = [Array(1...16)]
        product.zero = 128
        product.codes = [[UInt8](repeating: 128, count: 16)]
        product.positions = [positions]
        for (kept, value) in values.enumerated() { product.codes[0][kept / n * m + positions[kept]] = UInt8(value + 128) }
        for engine in Self.engines {
            let (multiply, pads) = product.prepare(engine)
            engine.multiplyStructurally(multiply, shape: nil, memory: pads.memory)
            #expect(pads.words(multiply) == [UInt32(truncatingIfNeeded: dot)])
            let (_, fast) = product.prepare(engine)
            engine.multiply(multiply, shape: nil, memory: fast.memory)
            #expect(fast.words(multiply) == [UInt32(truncatingIfNeeded: dot)])
        }
    }

    static func structured(_ shape: TimingTests.Shape, _ pattern: NOfM) -> Multiply {
        var multiply = TimingTests.multiply(shape, .int8)
        multiply.structure = .nOfM(pattern, positions: 0)
        return multiply
    }

    /// Integer sums of 256 rows and columns. Whole chains take 2 columns at a time through their K' / 16 cycles; cut ones
    /// take 2 * 16 / part through K' / part, and the sums of a pass are as many times more that leave at its end.
    @Test(arguments: NOfM.all, [false, true])
    func chainsTakeTheKeptShareOfTheirCycles(_ pattern: NOfM, splits: Bool) {
        let shape = TimingTests.Shape(rows: 256, columns: 256, ky: 1, kx: 1, run: 4096, group: nil, bits: 8)
        let chain = DSPChain(selectorInputs: 32, splits: splits)
        let dense = chain.timing(TimingTests.multiply(shape, .int8), shape: nil)
        let timing = chain.timing(Self.structured(shape, pattern), shape: nil)
        // 128 rows by 2 columns a pass, whose 256 sums leave in 4 cycles.
        #expect(dense.occupancy == 2 * 128 * 256 + 4)
        let part = splits ? max(2, 16 * pattern.n / pattern.m) : 16
        #expect(timing.occupancy == 2 * 128 * 256 * pattern.n / pattern.m + 4 * 16 / part)
        // Fewer P registers, and adjust units behind every four products of 0...255, three of them in a whole chain.
        let boundaries = (part - 1) / 4
        #expect(timing.latency == dense.latency + 1 - (16 - part) - (3 - boundaries))
        #expect(abs(Double(timing.occupancy * pattern.m) / Double(dense.occupancy * pattern.n) - 1) < 0.02)
    }

    /// 64 x 128 elements: 4096 rows hide every load; corrected sums leave a row of 128 at a time.
    @Test(arguments: NOfM.all)
    func elementsTakeTheKeptShareOfTheirCycles(_ pattern: NOfM) {
        let shape = TimingTests.Shape(rows: 4096, columns: 256, ky: 1, kx: 1, run: 4096, group: 512, bits: 4)
        let array = MixPEArray()
        let dense = array.timing(TimingTests.multiply(shape, .int8), shape: nil)
        let timing = array.timing(Self.structured(shape, pattern), shape: nil)
        #expect(dense.occupancy == 64 + 2 * 64 * 4096)
        let tiles = 8 * max(1, 512 * pattern.n / pattern.m / 64)
        let load = min(64, 512 * pattern.n / pattern.m)
        #expect(timing.occupancy == load + 2 * tiles * 4096)
        #expect(timing.occupancyParts.first { $0.term == .ideal }?.cycles == 2 * 64 * 4096 * pattern.n / pattern.m)
        #expect(timing.latency == dense.latency + 1)
        // One scale for all of K: whole tiles of kept weights, and the share of the dense cycles.
        var whole = shape
        whole.group = nil
        let share = Double(array.timing(Self.structured(whole, pattern), shape: nil).occupancy)
            / Double(array.timing(TimingTests.multiply(whole, .int8), shape: nil).occupancy)
        #expect(abs(share * Double(pattern.m) / Double(pattern.n) - 1) < 0.02)
    }

    /// Columns that select differently need sums of activations of their own, where a correction needs sums at all.
    @Test func elementsSumWhatTheirColumnsSelect() throws {
        // 10 rows, K 100, 200 columns of 3 bits at 2:4: 50 kept, 2 passes, 4 blocks of 64 columns.
        let shape = TimingTests.Shape(rows: 10, columns: 200, ky: 1, kx: 1, run: 100, group: nil, bits: 3)
        var half = Self.structured(shape, try #require(NOfM(n: 2, m: 4)))
        half.zero = .immediate(4)
        var events: [Event: Int] = [
            .shiftAdd: 100_000 * 3, .selection: 100_000, .activationRead: 2 * 1000, .weightRead: 4 * 50 * 24,
            .metadataRead: 4 * 50 * 16, .accumulatorWrite: 4 * 2000,
        ]
        #expect(MixPEArray(signs: .signMagnitude).activity(half, shape: nil) == events)
        events[.groupSum] = 100_000
        events[.zeroCorrection] = 2000
        #expect(MixPEArray().activity(half, shape: nil) == events)
    }

    @Test(arguments: NOfM.all)
    func occupancyEqualsTheSteppedArrayOnKeptWeights(_ pattern: NOfM) {
        for (rows, columns, lanes, partial) in [(8, 8, 8, 5), (16, 12, 5, 7), (5, 64, 16, 128), (64, 3, 1, 1)] {
            let engine = MACArray(rows: rows, columns: columns, epilogueLanes: lanes, partialRows: partial)
            for var shape in TimingTests.shapes(count: 60, seed: UInt64(rows + pattern.m)) {
                shape.group = shape.group.map { _ in pattern.m * (1 + shape.rows % 3) }
                let timing = engine.timing(Self.structured(shape, pattern), shape: nil)
                let pieces = Self.pieces(shape, pattern, lanes: rows)
                #expect(timing.occupancy == TimingTests.stepMAC(shape, engine, pieces: pieces), "\(shape)")
                #expect(timing.occupancyParts.allSatisfy { $0.cycles >= 0 })
                // Elements of eight bits are one per weight; zero point 1 is corrected through the lanes.
                let elements = MixPEArray(
                    rows: rows, columns: columns, bitsPerElement: 8, epilogueLanes: lanes, partialRows: partial)
                var corrected = Self.structured(shape, pattern)
                corrected.zero = .immediate(1)
                #expect(elements.timing(corrected, shape: nil).occupancy == TimingTests.stepTiles(
                    shape, rows: rows, columns: columns, held: partial, lanes: lanes, pieces: pieces), "\(shape)")
            }
        }
    }

    /// Kept weights that one turn of the lanes takes: whole blocks, or parts of one, never across a run or a group.
    static func pieces(_ shape: TimingTests.Shape, _ pattern: NOfM, lanes: Int) -> [(length: Int, endsSegment: Bool)] {
        let blocksOfRun = (shape.run + pattern.m - 1) / pattern.m
        let blocks = shape.ky * shape.kx * blocksOfRun
        let blocksOfGroup = shape.group.map { $0 / pattern.m } ?? blocks
        var pieces: [(length: Int, endsSegment: Bool)] = []
        var length = 0
        for block in 1...blocks {
            let endsSegment = block % blocksOfGroup == 0 || block == blocks
            if lanes < pattern.n {
                var left = pattern.n
                while left > 0 {
                    pieces.append((min(lanes, left), endsSegment && left <= lanes))
                    left -= lanes
                }
                continue
            }
            length += pattern.n
            // Runs of a whole number of blocks touch in memory only when their strides say so, which these do not.
            if endsSegment || block % blocksOfRun == 0 || length + pattern.n > lanes {
                pieces.append((length, endsSegment))
                length = 0
            }
        }
        return pieces
    }

    /// 4096 rows of 64 x 64 tiles: tiles are n / m as many, and each computes longer than the next one loads.
    @Test(arguments: NOfM.all)
    func computeBoundCyclesAreTheKeptShareOfDense(_ pattern: NOfM) {
        let shape = TimingTests.Shape(rows: 4096, columns: 128, ky: 1, kx: 1, run: 4096, group: nil, bits: 8)
        let dense = MACArray().timing(TimingTests.multiply(shape, .int8), shape: nil)
        let timing = MACArray().timing(Self.structured(shape, pattern), shape: nil)
        #expect(dense.occupancy == 64 + 2 * 64 * 4096)
        #expect(timing.occupancy == 64 + 2 * 64 * pattern.n / pattern.m * 4096)
        let share = Double(timing.occupancy) / Double(dense.occupancy)
        #expect(abs(share * Double(pattern.m) / Double(pattern.n) - 1) < 0.02)
        // One more register, behind the selectors.
        #expect(timing.latency == dense.latency + 1)
    }

    @Test func activityCountsKeptWeightsAndTheirPositions() throws {
        // 10 rows, K 100, 70 columns on 64 x 64 at 2:4: 50 kept, 2 column blocks; rows of 64 weights and positions.
        let shape = TimingTests.Shape(rows: 10, columns: 70, ky: 1, kx: 1, run: 100, group: nil, bits: 4)
        let half = Self.structured(shape, try #require(NOfM(n: 2, m: 4)))
        #expect(MACArray().activity(half, shape: nil) == [
            .multiplyAccumulate: 35_000, .selection: 35_000, .activationRead: 2000, .weightRead: 2 * 50 * 32,
            .metadataRead: 2 * 50 * 16, .accumulatorWrite: 4 * 700,
        ])
        // 4:16: 7 blocks, the last of 4 k, keep 28; every tile reads the activations of its blocks, not their padding.
        let quarter = Self.structured(shape, try #require(NOfM(n: 4, m: 16)))
        #expect(MACArray().activity(quarter, shape: nil) == [
            .multiplyAccumulate: 19_600, .selection: 19_600, .activationRead: 2000, .weightRead: 2 * 28 * 32,
            .metadataRead: 2 * 28 * 32, .accumulatorWrite: 4 * 700,
        ])
        // Two lanes take a block of four kept weights in two turns, and read its activations twice.
        let narrow = MACArray(rows: 2).activity(quarter, shape: nil)
        #expect(narrow[.activationRead] == 2 * 2000)
    }

    @Test func positionsLieBesideEachOtherInRowsOfWholeBytes() throws {
        let layout = PositionLayout(pattern: try #require(NOfM(n: 2, m: 8)), columnBlock: 3)
        // Kept 0: positions 1, 2, 7 of three bits: 111 010 001 from the top; kept 1: 5, 6, 0.
        let bytes = layout.layOut([1, 5, 2, 6, 7, 0], columns: 3, kept: 2)
        #expect(bytes == [0b1101_0001, 0b1, 0b0011_0101, 0b0])
        bytes.withUnsafeBytes { bytes in
            #expect((0..<3).map { layout.position(bytes, base: 0, column: $0, kept: 0, of: 2) } == [1, 2, 7])
            #expect((0..<3).map { layout.position(bytes, base: 0, column: $0, kept: 1, of: 2) } == [5, 6, 0])
        }
        for pattern in NOfM.all {
            let whole = PositionLayout(pattern: pattern, columnBlock: 64)
            #expect(whole.bytes(kept: 100) == 100 * 8 * [4: 2, 8: 3, 16: 4, 32: 5][pattern.m, default: 0])
        }
    }

    @Test func supportNamesWhyAStructureIsNotTaken() throws {
        let pattern = try #require(NOfM(n: 4, m: 16))
        func reason(_ engine: any Engine, _ weights: Codec = .signed(bits: 4), runtime: Bool = false) -> String? {
            let format = ProductFormat(activations: .int8, weights: weights, runtimeWeights: runtime, structure: pattern)
            if case .unsupported(let reason) = engine.support(format) { return reason }
            return nil
        }
        #expect(reason(MACArray()) == nil)
        #expect(reason(MACArray(selectorInputs: 16)) == nil)
        #expect(reason(MACArray(selectorInputs: 8))?.contains("selects from 8") == true)
        #expect(reason(MACArray(), .bipolar(bits: 2))?.contains("without a zero") == true)
        #expect(reason(MACArray(), .int8, runtime: true)?.contains("made at run time") == true)
        #expect(reason(DSPChain()) == nil)
        #expect(reason(DSPChain(selectorInputs: 8))?.contains("the chain selects from 8") == true)
        #expect(reason(MixPEArray()) == nil)
        #expect(reason(MixPEArray(selectorInputs: 1))?.contains("the array selects from 1") == true)
        #expect(reason(LUTTensorCore())?.contains("share their tables") == true)
        func shared(_ columns: Int, _ engine: LUTTensorCore, _ weights: Codec = .signed(bits: 4)) -> Support {
            engine.support(ProductFormat(activations: .int8, weights: weights, structure: pattern, sharedColumns: columns))
        }
        #expect(shared(64, LUTTensorCore()) == .native && shared(4096, LUTTensorCore(symmetric: false)) == .native)
        #expect(shared(24, LUTTensorCore(n: 8, k: 3)) == .native)
        #expect(shared(64, LUTTensorCore(tables: .int8Per64)) == .viaConversion(.quantisedTables(.per64Activations(length: 4))))
        for refused in [shared(96, LUTTensorCore()), shared(96, LUTTensorCore(tables: .int8Per64)), shared(64, LUTTensorCore(), .bipolar(bits: 2))] {
            guard case .unsupported = refused else { Issue.record("\(refused)"); continue }
        }
    }

    @Test(arguments: NOfM.all) func everyPatternIsNativeOrRefusedWithItsReason(_ pattern: NOfM) {
        let format = ProductFormat(activations: .int8, weights: .signed(bits: 4), structure: pattern)
        let native: [any Engine] = [MACArray(), MixPEArray(), DSPChain(selectorInputs: 32)]
        for engine in native { #expect(engine.support(format) == .native) }
        #expect((DSPChain().support(format) == .native) == (pattern.m <= 16))
        #expect(OliveArray().support(format) == .unsupported(
            reason: "weights are \(pattern.name), what is kept of a block has no neighbours to make pairs with"))
    }
}
