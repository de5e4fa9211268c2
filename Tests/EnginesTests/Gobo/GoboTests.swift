import Arch
import Engines
import Formats
import Testing

/// Sums by centroid: structural and fast arithmetic against the definition, and time against elements that are stepped.
struct GoboTests {
    static let engines = [
        GoboArray(), GoboArray(rows: 5, columns: 9, multipliers: 2, coordinateBytes: 3),
        GoboArray(rows: 1, columns: 12, indexBits: 4, multipliers: 20),
    ]

    @Test(arguments: engines.indices)
    func structureAndKernelEqualTheDefinition(_ index: Int) {
        let engine = Self.engines[index]
        for seed in 0..<50 {
            let test = CentroidCase.random(columns: min(21, engine.columns), seed: UInt64(100 * index + seed))
            Self.check(test, engine, seed)
        }
    }

    /// Passes of 1024 k, which taps do not cut.
    @Test func longSumsAreMultipliedPassByPass() {
        let engine = GoboArray(rows: 4, columns: 3)
        for (seed, run) in [1023...1025, 340...345, 2040...2060].enumerated() {
            Self.check(CentroidCase.random(columns: 3, seed: UInt64(seed + 7), run: run), engine, seed)
        }
    }

    static func check(_ test: CentroidCase, _ engine: GoboArray, _ seed: Int) {
        let expected = test.expected()
        let (multiply, structural) = test.prepare(engine)
        engine.multiplyStructurally(multiply, shape: nil, memory: structural.memory)
        #expect(structural.words(multiply) == expected, "structural, seed \(seed)")
        let (_, fast) = test.prepare(engine)
        engine.multiply(multiply, shape: nil, memory: fast.memory)
        #expect(fast.words(multiply) == expected, "fast, seed \(seed)")
    }

    /// 2^12 and 2^-12 in one sum: only the first is left of it. In two sums with centroids of 1 both are products of their own.
    @Test func sumsOfACentroidAreRoundedInBinary32() {
        let engine = GoboArray(rows: 1, columns: 2)
        let large = Binary16.narrowed(4096)
        let small = Binary16.narrowed(0x1p-13)
        var test = CentroidCase(rows: 1, columns: 2, taps: 1, run: 3, bits: 2)
        test.left = [[large, small, Binary16.narrowed(-4096)]]
        test.centroids = [1, 1, 0, 0].map { Binary16.narrowed($0) }
        test.indices = [[0, 0, 0], [0, 1, 0]]
        test.outliers = [[:], [:]]
        #expect(test.expected() == [Float(0).bitPattern, Float(0x1p-13).bitPattern])
        Self.check(test, engine, 0)
    }

    /// The first pass has fewest.
    static func dealt(_ outliers: Int, passes: Int) -> [UInt32] {
        let shares = (0..<passes).map { outliers * $0 / (passes * passes) }
        return (shares.dropLast() + [outliers - shares.dropLast().reduce(0, +)]).map { UInt32($0) }
    }

    static func multiply(rows: Int, columns: Int, taps: Int = 1, run: Int, outliers: Int, bits: Int = 3) -> Multiply {
        let counts = Self.dealt(outliers, passes: (taps * run + 1023) / 1024)
        return Multiply(
            engine: 0, activations: LocalAddress(.activations, 0), activationFormat: .float16,
            innerRows: .init(count: rows, stride: 2 * run), kx: .init(count: taps, stride: 2 * run), run: run, weights: 0,
            weightBits: bits, codes: .dictionary, structure: .outliers(.init(offset: 0, count: outliers, counts: counts.count > 1 ? counts : [])),
            zero: .centroids(offset: 0),
            columns: columns, accumulators: 0, accumulatorPitch: 4 * columns, accumulate: false,
            output: .scaled(weights: nil, activations: nil))
    }

    /// Every cycle the elements take one k unless the multipliers are not through with the sums of the pass before and the
    /// outliers of this one.
    static func stepped(_ engine: GoboArray, _ work: Multiply) -> Int {
        let passes = (work.depth + 1023) / 1024
        let outliers = dealt(work.outliers?.count ?? 0, passes: passes)
        var cycle = 0
        for _ in 0..<(work.rows + engine.rows - 1) / engine.rows {
            for pass in 0..<passes {
                var steps = min(1024, work.depth - 1024 * pass)
                var products = (engine.columns + engine.multipliers - 1) / engine.multipliers * (1 << engine.indexBits)
                    + Int(outliers[pass])
                while steps > 0 || products > 0 {
                    cycle += 1
                    steps -= 1
                    products -= 1
                }
            }
        }
        return cycle
    }

    @Test(arguments: [(10, 16, 1, 24, 0), (3, 16, 1, 200, 60), (8, 5, 3, 700, 999), (17, 1, 1, 1024, 40), (9, 16, 2, 1100, 3000)])
    func instructionsTakeAsLongAsElementsThatAreStepped(rows: Int, columns: Int, taps: Int, run: Int, outliers: Int) {
        for engine in [GoboArray(rows: 8, columns: 16), GoboArray(rows: 3, columns: 16, indexBits: 2, multipliers: 5)] {
            let work = Self.multiply(rows: rows, columns: columns, taps: taps, run: run, outliers: outliers, bits: 2)
            let timing = engine.timing(work, shape: nil)
            #expect(timing.occupancy == Self.stepped(engine, work), "\(engine.summary)")
        }
    }

    /// 16 columns of 8 sums are 128 cycles of one multiplier: a pass of 24 k is held for 104, one of 200 for none.
    @Test func cyclesHaveTheirReasons() {
        let engine = GoboArray(rows: 8, columns: 16)
        func parts(_ run: Int, _ outliers: Int) -> [Int] {
            engine.timing(Self.multiply(rows: 8, columns: 16, run: run, outliers: outliers), shape: nil).occupancyParts.map(\.cycles)
        }
        #expect(parts(24, 0) == [24, 0, 104, 0])
        #expect(parts(24, 10) == [24, 0, 104, 10])
        #expect(parts(200, 72) == [200, 0, 0, 0] && parts(200, 73) == [200, 0, 0, 1])
        let timing = engine.timing(Self.multiply(rows: 8, columns: 16, run: 24, outliers: 0), shape: nil)
        // Operand, sum, 128 products, product, sum of products, accumulate.
        #expect(timing.latency == 1 + 1 + 128 + 1 + 1 + 1)
        // Of 16 + 3 columns the multipliers walk 3 at last.
        let ragged = engine.timing(Self.multiply(rows: 8, columns: 19, run: 24, outliers: 0), shape: nil)
        #expect(ragged.latency == 1 + 1 + 3 * 8 + 1 + 1 + 1 && ragged.occupancy == 2 * 128)
    }

    /// Two strips of 8 rows and one of 4: 20 rows of 2 passes.
    @Test func activityCountsWhatIsDone() {
        let engine = GoboArray(rows: 8, columns: 16)
        let activity = engine.activity(Self.multiply(rows: 20, columns: 10, run: 1500, outliers: 6), shape: nil)
        #expect(activity[.centroidAdd] == 20 * 10 * 1500 - 20 * 6)
        #expect(activity[.multiplyAccumulate] == 20 * 10 * 2 * 8 && activity[.outlierMultiplyAccumulate] == 20 * 6)
        #expect(activity[.activationRead] == 2 * 20 * (1500 + 6) && activity[.weightRead] == 3 * 1500 * 6)
        // Entries of 7 bytes, and 8 numbers of two bytes for each pass.
        #expect(activity[.metadataRead] == 3 * (6 * 7 + 2 * 16))
        #expect(activity[.accumulatorWrite] == 4 * 200 * 2 && activity[.accumulatorRead] == 4 * 200)
    }

    @Test func answersNameWhatIsMissing() {
        let engine = GoboArray()
        func answer(_ a: Codec, _ w: Codec, bits: Int? = nil, _ contract: DotContract = .blocked16, runTime: Bool = false) -> String {
            switch engine.support(ProductFormat(
                activations: a, weights: w, runtimeWeights: runTime, contract: contract, dictionaryBits: bits))
            {
            case .native: "native"
            case .viaConversion(let conversion): "\(conversion)"
            case .unsupported(let reason): reason
            }
        }
        #expect(answer(.float16, .float16, bits: 3, .centroids1024) == "native")
        #expect(answer(.float16, .float16, bits: 2, .centroids1024) == "native")
        #expect(answer(.float16, .float16, bits: 4, .centroids1024).contains("indices have 4 bits"))
        #expect(answer(.float16, .float16, bits: 3) == "roundedProducts(Formats.DotContract.centroids1024)")
        #expect(answer(.float32, .float16, bits: 4) == "dictionaryWeights(bits: 3, logProbability: -4)")
        #expect(answer(.float16, .signed(bits: 4)) == "dictionaryWeights(bits: 3, logProbability: -4)")
        #expect(answer(.float16, .float16, .blocked16Half).contains("summed by blocked-16-f16"))
        #expect(answer(.float16, .signed(bits: 9)).contains("codes of at most 8 bits"))
        #expect(answer(.int8, .int8).contains("the elements add f16 numbers"))
        #expect(answer(.float16, .float16, runTime: true).contains("found offline"))
    }
}
