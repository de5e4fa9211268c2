import Arch
import Engines
import Formats
import Testing

/// The array around decoders and elements: sums, support, cycles and counts.
struct OliveTests {
    static func words(_ engine: OliveArray, _ product: PairProduct) -> [[UInt32]] {
        [true, false].map { structural in
            let (multiply, pads) = product.prepare(engine)
            if structural {
                engine.multiplyStructurally(multiply, shape: nil, memory: pads.memory)
            } else {
                engine.multiply(multiply, shape: nil, memory: pads.memory)
            }
            return pads.words(multiply)
        }
    }

    /// Memory starts as 0xA5A5A5A5.
    @Test(arguments: [OliveArray(), OliveArray(rows: 4, columns: 6, epilogueLanes: 2), OliveArray(wideFormat: .e2m5)].indices)
    func everyProductIsTheSumOfItsValues(index: Int) {
        let engine = [OliveArray(), OliveArray(rows: 4, columns: 6, epilogueLanes: 2), OliveArray(wideFormat: .e2m5)][index]
        for seed in 0..<120 {
            let product = PairProduct.random(engine, seed: UInt64(1000 * index + seed))
            let expected = product.expected(start: 0xA5A5_A5A5)
            #expect(Self.words(engine, product) == [expected, expected], "seed \(seed)")
        }
    }

    /// Slots of four bits that lie one in a byte, as they are made at run time, give the same sums in the same time.
    @Test func slotsInBytesAreTheSameSlots() {
        let engine = OliveArray(rows: 4, columns: 6, epilogueLanes: 2)
        for seed in 0..<60 {
            var product = PairProduct.random(engine, seed: UInt64(5000 + seed))
            let packed = engine.timing(product.prepare(engine).0, shape: nil)
            product.slotsInBytes = true
            let expected = product.expected(start: 0xA5A5_A5A5)
            #expect(Self.words(engine, product) == [expected, expected], "seed \(seed)")
            let timing = engine.timing(product.prepare(engine).0, shape: nil)
            #expect(timing.occupancy == packed.occupancy && timing.latency == packed.latency)
        }
    }

    /// (-96 * 5) + 0 + (3 * -7) + (4 * 7) = -473, and outliers on both sides.
    @Test(arguments: [
        ([0xF8, 0x34], [0x5D, 0x97], -473), ([0x86, 0xA8], [0x8F, 0x68], -7168), ([0x6E, 0x77], [0x93, 0x99], -146),
    ] as [([UInt8], [UInt8], Int)])
    func publishedBytesMultiply(x: [UInt8], y: [UInt8], sum: Int) {
        var product = PairProduct(activations: .int4, weights: .int4, run: 4, columns: 1)
        product.pixels = [x.flatMap { [$0 >> 4, $0 & 15] }]
        product.codes = [y.flatMap { [$0 >> 4, $0 & 15] }]
        let expected = [UInt32(bitPattern: Int32(sum))]
        #expect(Self.words(OliveArray(), product) == [expected, expected])
    }

    /// 2^15 by 2^15 twice is 2^31, which wraps; three times and a -2^15 by 2^15 more is 2^31 again.
    @Test func sumsAreModulo32Bits() {
        var product = PairProduct(activations: .int8, weights: .int8, run: 4, columns: 1)
        product.pixels = [[0x40, 0x80, 0x40, 0x80]]
        product.codes = [[0x40, 0x80, 0x40, 0x80]]
        #expect(Self.words(OliveArray(), product) == [[0x8000_0000], [0x8000_0000]])
    }

    /// 4-bit slots: a byte is a pair; 8-bit slots: two bytes. Blocks of 3 columns, the second with one.
    @Test func pairsLieByBlockAndColumn() {
        let engine = OliveArray(columns: 6)
        let codes: [UInt8] = [0x1, 0x8, 0x2, 0x3, 0x4, 0x5, 0xF, 0xE, 0x7, 0x6, 0x9, 0xA, 0xB, 0xC, 0xD, 0x0]
        #expect(engine.layOut(codes: codes, columns: 4, depth: 4, weightBits: 4)
            == [0x18, 0x45, 0x76, 0x23, 0xFE, 0x9A, 0xBC, 0, 0, 0xD0, 0, 0])
        #expect(engine.layOut(codes: [1, 2, 3, 4], columns: 2, depth: 2, weightBits: 8) == [1, 2, 3, 4, 0, 0])
    }

    @Test func supportTellsWhatIsMissing() {
        let engine = OliveArray()
        func support(_ a: Codec, _ w: Codec, runTime: Bool = false, structure: NOfM? = nil) -> Support {
            engine.support(ProductFormat(activations: a, weights: w, runtimeWeights: runTime, structure: structure))
        }
        let (i4, f4, i8, e2m5) = (
            Codec.outlierVictim(.int4), Codec.outlierVictim(.flint4), Codec.outlierVictim(.int8), Codec.outlierVictim(.int8E2M5)
        )
        for (a, w) in [(i4, i4), (i4, f4), (f4, i4), (i8, i8), (i8, i4), (f4, i8)] { #expect(support(a, w) == .native) }
        #expect(support(e2m5, i4) == .unsupported(reason: "activations are ovpi8e2m5, the decoders of 8-bit pairs read e4m3 outliers"))
        let rules = PairRules(boundary: .nearest)
        for (codec, format) in [(Codec.ternary, OutlierVictimPair.int4), (.signed(bits: 2), .int4), (.signed(bits: 4), .int4), (.signed(bits: 5), .int8), (.int8, .int8)] {
            #expect(support(.int8, codec) == .viaConversion(.outlierVictimPairs(activations: .int8, weights: format, rules)))
        }
        #expect(!Conversion.outlierVictimPairs(activations: .int8, weights: .int8, rules).isLossless)
        for refused in [support(.int8, .int8, runTime: true), support(i4, i4, structure: NOfM(n: 2, m: 4)), support(.float16, i4), support(.int8, .signed(bits: 9))] {
            guard case .unsupported(let reason) = refused else {
                Issue.record("\(refused) where a reason was expected")
                continue
            }
            #expect(!reason.isEmpty)
        }
    }

    static func multiply(
        rows: Int, columns: Int, run: Int, activations: OutlierVictimPair = .int4, weights: OutlierVictimPair = .int4, group: Int? = nil
    ) -> Multiply {
        var multiply = TimingTests.multiply(
            .init(rows: rows, columns: columns, ky: 1, kx: 1, run: run, group: group, bits: weights.bits),
            Multiply.Activations(.outlierVictim(activations)) ?? .int8)
        multiply.codes = Multiply.Codes(.outlierVictim(weights)) ?? .offset
        return multiply
    }

    /// Tiles of 128 x 128, 128 x 64 or 64 x 64 outputs, a step of K per cycle; the sums of the last tile leave at the end.
    @Test(arguments: [
        (OutlierVictimPair.int4, OutlierVictimPair.flint4, 4, 128), (.int8, .int4, 8, 64), (.int4, .int8, 16, 64), (.int8, .int8, 16, 64),
    ])
    func eightBitSlotsTakeTwoElementsEach(_ activations: OutlierVictimPair, _ weights: OutlierVictimPair, tiles: Int, lastRows: Int) {
        let timing = OliveArray().timing(
            Self.multiply(rows: 256, columns: 256, run: 1000, activations: activations, weights: weights), shape: nil)
        #expect(timing.occupancy == tiles * 1000 + lastRows)
        #expect(timing.occupancyParts.first { $0.term == .ideal }?.cycles == tiles * 1000)
    }

    /// Operand and decoder registers, 3 + 3 nodes of an array of 4 x 4 nodes, product, shift, joins, sums; then into the accumulators.
    @Test func latencyIsTheWayThroughTheWholeArray() {
        let engine = OliveArray(rows: 8, columns: 8)
        let narrow = Self.multiply(rows: 1, columns: 1, run: 4)
        let mixed = Self.multiply(rows: 8, columns: 8, run: 4, activations: .int8)
        let wide = Self.multiply(rows: 1, columns: 8, run: 8, activations: .int8, weights: .int8, group: 4)
        #expect(engine.timing(narrow, shape: nil).latency == 2 + 6 + 2 + 0 + 1 + 1)
        #expect(engine.timing(mixed, shape: nil).latency == 2 + 6 + 2 + 1 + 1 + 1)
        #expect(engine.timing(wide, shape: nil).latency == 2 + 6 + 2 + 2 + 1 + 3)
    }

    /// A machine that is stepped: a segment starts when the sums of the one before have left the second registers.
    @Test func occupancyEqualsTheSteppedArray() {
        for (rows, columns, lanes) in [(8, 8, 8), (16, 12, 5), (4, 64, 1), (64, 2, 128)] {
            let engine = OliveArray(rows: rows, columns: columns, epilogueLanes: lanes)
            for shape in TimingTests.shapes(count: 150, seed: UInt64(rows + columns), length: 2) {
                for (a, w) in [(OutlierVictimPair.int4, OutlierVictimPair.int4), (.int8, .int4), (.int8, .int8)] {
                    var multiply = Self.multiply(
                        rows: shape.rows, columns: shape.columns, run: shape.run, activations: a, weights: w, group: shape.group)
                    (multiply.ky.count, multiply.kx.count) = (shape.ky, shape.kx)
                    let depth = shape.ky * shape.kx * ((shape.run + 1) / 2 * 2)
                    let found = engine.timing(multiply, shape: nil)
                    let stepped = Self.step(
                        rows: shape.rows, columns: shape.columns, depth: depth, group: shape.group,
                        rowLanes: a.bits == 8 ? rows / 2 : rows, columnLanes: w.bits == 8 ? columns / 2 : columns, lanes: lanes)
                    #expect(found.occupancy == stepped, "\(shape)")
                    #expect(found.occupancyParts.allSatisfy { $0.cycles >= 0 })
                }
            }
        }
    }

    /// Cycle by cycle: the running sums advance unless a finished segment waits for the leaving registers.
    private static func step(
        rows: Int, columns: Int, depth: Int, group: Int?, rowLanes: Int, columnLanes: Int, lanes: Int
    ) -> Int {
        var work: [(steps: Int, leaving: Int)] = []
        for column in stride(from: 0, to: columns, by: columnLanes) {
            for row in stride(from: 0, to: rows, by: rowLanes) {
                let (r, c) = (min(rowLanes, rows - row), min(columnLanes, columns - column))
                let leaving = group == nil ? r : r * ((c + lanes - 1) / lanes)
                for first in stride(from: 0, to: depth, by: group ?? depth) {
                    work.append((min(group ?? depth, depth - first), leaving))
                }
            }
        }
        var cycle = 0
        var leaving = 0
        for segment in work {
            var left = segment.steps
            while left > 0 || leaving > 0 {
                if left == 0, leaving == 0 { break }
                left = max(0, left - 1)
                leaving = max(0, leaving - 1)
                cycle += 1
            }
            leaving = segment.leaving
        }
        return cycle + leaving
    }

    /// 3 rows and 5 columns of a 4 x 4 array, K = 6 in pairs: one row of tiles, two columns of them.
    @Test func activityCountsBordersAndElements() {
        let engine = OliveArray(rows: 4, columns: 4)
        let narrow = engine.activity(Self.multiply(rows: 3, columns: 5, run: 6), shape: nil)
        #expect(narrow[.multiplyAccumulate] == 3 * 5 * 6 && narrow[.shift] == 3 * 5 * 6)
        #expect(narrow[.pairDecode] == 3 * (3 * 2 + 5))
        #expect(narrow[.activationRead] == 3 * 6 * 2 && narrow[.weightRead] == 3 * 3 * 2)
        #expect(narrow[.accumulatorWrite] == 60 && narrow[.accumulatorRead] == nil && narrow[.groupScale] == nil)
        // Two by two elements for each product, tiles of 2 x 2, and two segments of four and two.
        let wide = engine.activity(
            Self.multiply(rows: 3, columns: 5, run: 6, activations: .int8, weights: .int8, group: 4), shape: nil)
        #expect(wide[.multiplyAccumulate] == 4 * 3 * 5 * 6)
        #expect(wide[.pairDecode] == 3 * (3 * 3 + 5 * 2))
        #expect(wide[.accumulatorWrite] == 120 && wide[.accumulatorRead] == 60 && wide[.groupScale] == 30)
    }
}
