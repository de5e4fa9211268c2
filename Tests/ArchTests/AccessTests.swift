import Arch
import Formats
import Testing

@Suite struct AccessTests {
    /// Every byte of a nest, by visiting its steps.
    private static func bytes(base: Int, run: Int, loops: [ByteNest.Loop]) -> Set<Int> {
        guard let outer = loops.first else { return Set(base..<base + run) }
        return (0..<outer.count).reduce(into: []) { set, step in
            set.formUnion(bytes(base: base + step * outer.stride, run: run, loops: Array(loops.dropFirst())))
        }
    }

    private static func nest(_ random: inout SplitMix) -> (nest: ByteNest, bytes: Set<Int>) {
        let base = Int(random.next() % 200)
        let run = Int(random.next() % 6) + 1
        let loops = (0..<Int(random.next() % 4)).map { _ in
            ByteNest.Loop(count: Int(random.next() % 5) + 1, stride: Int(random.next() % 81) - 40)
        }
        return (ByteNest(base: base, run: run, loops: loops), bytes(base: base, run: run, loops: loops))
    }

    @Test func overlapEqualsThatOfTheVisitedBytes() {
        var random = SplitMix(20)
        var counts = [false: 0, true: 0]
        for _ in 0..<20_000 {
            let (a, b) = (Self.nest(&random), Self.nest(&random))
            let expected = !a.bytes.isDisjoint(with: b.bytes)
            counts[expected, default: 0] += 1
            #expect(a.nest.overlaps(b.nest, effort: 100_000) == expected)
            if expected { #expect(a.nest.overlaps(b.nest, effort: 1)) }
            #expect(a.nest.bounds == a.bytes.min()!..<a.bytes.max()! + 1)
            if a.nest.isDense { #expect(a.bytes.count == a.nest.run) }
        }
        #expect(counts.values.allSatisfy { $0 > 1_000 })
    }

    /// 4096 rows of 32 heads: too many rows to visit, so the columns must tell them apart.
    @Test func headsOfOneTensorAreApart() {
        func head(_ index: Int) -> ByteNest {
            ByteNest(base: index * 128, run: 128, loops: [.init(count: 4096, stride: 32 * 128)])
        }
        #expect(!head(0).overlaps(head(1)))
        #expect(!head(31).overlaps(head(3)))
        #expect(head(5).overlaps(head(5)))
    }

    @Test func sizesPastEveryAddressDoNotWrap() {
        let huge = ByteNest(
            base: 0, run: 1 << 40, loops: Array(repeating: .init(count: Int.max, stride: Int.max / 2), count: 4))
        #expect(huge.end > 1 << 40)
        #expect(huge.overlaps(ByteNest(base: 0, run: 1)))
        #expect(ByteNest(base: 5, run: 0).isEmpty)
        #expect(ByteNest(base: 5, run: 1, loops: [.init(count: 0, stride: 4)]).isEmpty)
    }

    private static func access(_ space: Space, _ base: Int, _ run: Int, _ loops: [ByteNest.Loop] = []) -> Access {
        Access(.scratchpad(space), ByteNest(base: base, run: run, loops: loops))
    }

    /// 6 columns are two blocks of 4; a run of 6 pads to 8, so 9 taps make 72 k: 72 * 4 * 2 bits = 72 bytes per block.
    @Test func productsReadActivationsWeightsScalesAndZeros() {
        let multiply = Multiply(
            engine: 0, activations: LocalAddress(.activations, 100), activationFormat: .int8,
            outerRows: .init(count: 2, stride: 1000), innerRows: .init(count: 5, stride: 10),
            ky: .init(count: 3, stride: 200),
            kx: .init(count: 3, stride: 20), run: 6, weights: 64, weightBits: 2, codes: .offset,
            zero: .table(offset: 4096),
            columns: 6, accumulators: 512, accumulatorPitch: 32, accumulate: true,
            output: .scaled(
                weights: .init(group: 27, format: .float16, offset: 2048),
                activations: .init(group: 54, local: LocalAddress(.tables, 8), rowPitch: 4)))
        let accesses = Instruction(node: 0, body: .mma(multiply)).accesses(engines: [TestEngine()])
        let sums = Self.access(.accumulators, 512, 24, [.init(count: 10, stride: 32)])
        #expect(accesses.writes == [sums])
        #expect(
            Set(accesses.reads) == [
                sums,
                Self.access(
                    .activations, 100, 6,
                    [
                        .init(count: 2, stride: 1000), .init(count: 5, stride: 10), .init(count: 3, stride: 200),
                        .init(count: 3, stride: 20),
                    ]),
                Self.access(.weights, 64, 144),
                Self.access(.weights, 2048, 2 * 2 * 4 * 2),
                Self.access(.weights, 4096, 2 * 2 * 4 * 2),
                Self.access(.tables, 8, 40),
            ])
    }

    /// A run of 6 pads to a block of 8 k, of which 4 are kept, a granule: 9 taps keep 36. Of 4 columns that makes 36 bytes
    /// of two-bit weights and 36 rows of 12 bits of positions, for each of two blocks.
    @Test func structuredProductsReadKeptWeightsAndPositions() throws {
        let multiply = Multiply(
            engine: 0, activations: LocalAddress(.activations, 0), activationFormat: .int8,
            innerRows: .init(count: 1, stride: 0), ky: .init(count: 3, stride: 200), kx: .init(count: 3, stride: 20),
            run: 6, weights: 64, weightBits: 2, codes: .offset,
            structure: .nOfM(try #require(NOfM(n: 4, m: 8)), positions: 1024), zero: .immediate(2), columns: 6,
            accumulators: 0, accumulatorPitch: 32, accumulate: false, output: .integer)
        let reads = Instruction(node: 0, body: .mma(multiply)).accesses(engines: [TestEngine()]).reads
        #expect(reads.contains(Self.access(.weights, 64, 2 * 36)))
        #expect(reads.contains(Self.access(.weights, 1024, 2 * 36 * 2)))
    }

    @Test func lookupProductsReadWholeTables() {
        let multiply = Multiply(
            engine: 0, activations: LocalAddress(.tables, 0), activationFormat: .exactTables,
            innerRows: .init(count: 2, stride: 512), run: 10, weights: 0, weightBits: 1, codes: .bipolar,
            zero: .immediate(0),
            columns: 4, accumulators: 0, accumulatorPitch: 16, accumulate: false, output: .integer)
        let shape = LookupShape(m: 2, n: 4, k: 4, arraysAlongColumns: 1)
        let accesses = Instruction(node: 0, body: .lmma(multiply, shape)).accesses(engines: [TestEngine()])
        #expect(accesses.reads.contains(Self.access(.tables, 0, 3 * 16, [.init(count: 2, stride: 512)])))
        #expect(accesses.reads.contains(Self.access(.weights, 0, 12 * 4 / 8)))
        #expect(accesses.writes == [Self.access(.accumulators, 0, 32)])
        // The same run in half tables of one to six activations.
        for (k, bytes) in [(1, 10 * 2), (2, 5 * 4), (3, 4 * 8), (5, 2 * 32), (6, 2 * 64)] {
            let shape = LookupShape(m: 2, n: 4, k: k, arraysAlongColumns: 1)
            let accesses = Instruction(node: 0, body: .lmma(multiply, shape)).accesses(engines: [TestEngine()])
            #expect(accesses.reads.contains(Self.access(.tables, 0, bytes, [.init(count: 2, stride: 512)])))
        }
    }

    @Test func vectorInstructionsReadTheirOperands() {
        let requantise = Elementwise(
            .requantiseDyadic(.halfUp, zero: 0, low: -128, high: 127),
            destination: Operand(LocalAddress(.activations, 0), .int8),
            a: Operand(LocalAddress(.accumulators, 0), .int32), b: .memory(Operand(LocalAddress(.weights, 0), .int32)),
            loops: [
                VectorLoop(count: 3, destination: 16, a: 64, b: 0), VectorLoop(count: 16, destination: 1, a: 4, b: 12),
            ])
        let accesses = Instruction(node: 0, body: .elementwise(requantise)).accesses(engines: [])
        #expect(accesses.writes == [Self.access(.activations, 0, 48)])
        #expect(accesses.reads == [Self.access(.accumulators, 0, 192), Self.access(.weights, 0, 192)])

        var tables = BuildTables(
            source: Operand(LocalAddress(.activations, 0), .int8), innerRows: .init(count: 2, stride: 100),
            elements: 70,
            format: TableFormat(.int8Per64, length: 4), tables: 0, tablePitch: 256,
            scales: LocalAddress(.tables, 1024), scalePitch: 16)
        let built = Instruction(node: 0, body: .buildTables(tables)).accesses(engines: [])
        #expect(built.reads == [Self.access(.activations, 0, 70, [.init(count: 2, stride: 100)])])
        #expect(
            built.writes == [
                Self.access(.tables, 0, 18 * 8, [.init(count: 2, stride: 256)]),
                Self.access(.tables, 1024, 8, [.init(count: 2, stride: 16)]),
            ])

        tables.entries = .exactFull
        let full = Instruction(node: 0, body: .buildTables(tables)).accesses(engines: [])
        #expect(full.writes == [Self.access(.tables, 0, 18 * 32, [.init(count: 2, stride: 256)])])

        // 70 activations by threes are 24 tables of four entries, or of eight.
        (tables.entries, tables.length) = (.exact, 3)
        let short = Instruction(node: 0, body: .buildTables(tables)).accesses(engines: [])
        #expect(short.writes == [Self.access(.tables, 0, 24 * 8, [.init(count: 2, stride: 256)])])

        // 2:8 keeps 18 of 70, which are six tables of three; 18 positions of three bits are 54 bits.
        tables.selection = NOfM(n: 2, m: 8).map { .init($0, positions: LocalAddress(.weights, 40), period: 70) }
        let kept = Instruction(node: 0, body: .buildTables(tables)).accesses(engines: [])
        #expect(kept.reads == built.reads + [Self.access(.weights, 40, 7)])
        #expect(kept.writes == [Self.access(.tables, 0, 6 * 8, [.init(count: 2, stride: 256)])])

        // Twice 32 with eight of them each, and two of the last six: 24 bits of positions.
        tables.selection?.period = 32
        let periods = Instruction(node: 0, body: .buildTables(tables)).accesses(engines: [])
        #expect(periods.reads == built.reads + [Self.access(.weights, 40, 3)])
        #expect(periods.writes == kept.writes)
    }

    @Test func multiplyAccumulateReadsItsDestination() {
        let instruction = Elementwise(
            .multiplyAccumulate, destination: Operand(LocalAddress(.accumulators, 0), .int32),
            a: Operand(LocalAddress(.activations, 0), .int8), b: .memory(Operand(LocalAddress(.weights, 0), .int8)),
            loops: [])
        let accesses = Instruction(node: 0, body: .elementwise(instruction)).accesses(engines: [])
        #expect(accesses.reads.contains(Self.access(.accumulators, 0, 4)))
    }

    /// The quick bounds of a span against those of the normal form, which other tests compare with lists of bytes. Nests
    /// that reach beyond any address space are clamped, and the span's bounds hold those of its nest.
    @Test func boundsOfASpanAreThoseOfItsNest() {
        var random = SplitMix(31)
        var spans = 0
        for _ in 0..<3000 {
            RandomInstruction.make(&random).forEachSpan(engines: [TestEngine(), TestEngine()]) { span in
                let nest = span.access.bytes
                let isExact = span.bounds.count < 1 << 57
                #expect(
                    isExact ? span.bounds == nest.bounds || nest.isEmpty && span.bounds.isEmpty
                        : nest.bounds.clamped(to: span.bounds) == nest.bounds)
                spans += isExact ? 1 : 0
            }
        }
        #expect(spans > 6000)
    }
}
