import Arch
import Engines
import Formats
import Testing

/// Integer weights that become f16 operands in front of a float array.
struct DequantiseFirstTests {
    static let engines = [
        MACArray(operands: .fp16DequantiseFirst, rows: 32, columns: 12, partialRows: 2),
        MACArray(operands: .fp16DequantiseFirst, rows: 16, columns: 5, dequantiseLanes: 2),
    ]

    /// Every difference of 8-bit codes and zero points by scales of all sizes, against the language's own binary16.
    @Test func theUnitRoundsOnceToHalfPrecision() {
        var random = SeededGenerator(5)
        var scales: [Float] = [0, -0.0, 1, 0.1, 65504, 65520, 0x1p-24, 0x1p-25, 0x1.8p-24, 0x1p-149, -0x1p-14, .infinity, .nan]
        scales += (0..<400).map { _ in Float(bitPattern: .random(in: 0...UInt32.max, using: &random)) }
        scales += (0..<400).map { _ in Float.random(in: -0.02...0.02, using: &random) }
        var wrong = 0
        for scale in scales {
            for difference in -255...255 {
                let expected = Float16(Float(difference) * scale)
                let pattern = expected.isNaN ? 0x7E00 : UInt32(expected.bitPattern)
                if DequantiseUnit.code(difference, scale: scale) != pattern { wrong += 1 }
            }
        }
        #expect(wrong == 0)
    }

    /// Structure, kernel and definition, with scales of activations too, which still cut K.
    @Test(arguments: engines.indices, [Multiply.Activations.float16, .bfloat16, .float8e4m3])
    func codesBecomeHalfPrecisionOperands(_ index: Int, _ activations: Multiply.Activations) {
        for bits in 1...8 {
            for codes in [Multiply.Codes.offset, .bipolar] {
                for seed in 0..<20 {
                    var test = FloatCase.random(activations, codes, bits: bits, seed: UInt64(bits * 50 + seed))
                    test.scalesWeights = true
                    FloatProductTests.check(test, Self.engines[index], "\(codes) \(bits), seed \(seed)")
                }
            }
        }
    }

    /// 3 * 0.1 is 0.30000001192 in f32 and 0.300048828125 in f16; times 1024 and 1: not 0.3 * 1025, which is 307.5.
    @Test func theRoundingIsOfTheWeightAndNotOfTheSum() {
        var test = FloatCase(activations: .float16, codes: .offset, bits: 4, rows: 1, columns: 1, taps: 1, run: 2)
        test.left = [[[0x6400, 0x3C00]]]
        test.right = [[11, 11]]
        test.zero = 8
        (test.weightGroup, test.weightScales) = (2, [[0.1]])
        for (isFirst, expected) in [(true, Float(1025 * 0.300048828125)), (false, Float(3075) * Float(0.1))] {
            test.scalesWeights = isFirst
            let (multiply, pads) = test.prepare(Self.engines[0])
            Self.engines[0].multiply(multiply, shape: nil, memory: pads.memory)
            #expect(pads.words(multiply) == [expected.bitPattern])
        }
    }

    static func multiply(_ shape: TimingTests.Shape) -> Multiply {
        var multiply = TimingTests.multiply(shape, .float16)
        if case .scaled(var weights?, _) = multiply.output {
            weights.scalesWeights = true
            multiply.output = .scaled(weights: weights, activations: nil)
        } else {
            multiply.output = .scaled(
                weights: .init(group: 1 << 20, format: .float32, offset: 0, scalesWeights: true), activations: nil)
        }
        return multiply
    }

    /// Groups of weights cut no tile and nothing leaves through scale lanes, but a K row takes ceil(columns / lanes) cycles.
    @Test func occupancyEqualsTheSteppedArray() {
        for (rows, columns, lanes) in [(16, 8, 8), (32, 12, 5), (64, 3, 1)] {
            let engine = MACArray(operands: .fp16DequantiseFirst, rows: rows, columns: columns, dequantiseLanes: lanes)
            for var shape in TimingTests.shapes(count: 200, seed: UInt64(rows)) {
                let timing = engine.timing(Self.multiply(shape), shape: nil)
                shape.group = nil
                let stepped = TimingTests.stepTiles(
                    shape, rows: rows, columns: columns, held: nil, lanes: nil, addsTrees: true,
                    loadInterval: (columns + lanes - 1) / lanes)
                #expect(timing.occupancy == stepped, "\(shape)")
                #expect(timing.occupancyParts.allSatisfy { $0.cycles >= 0 })
            }
        }
    }

    /// Three registers more than an array without the unit, and a dequantisation for every weight of every tile: 10 rows in one
    /// strip, 200 columns, K 100.
    @Test func theUnitIsCounted() {
        let shape = TimingTests.Shape(rows: 10, columns: 200, ky: 1, kx: 1, run: 100, group: 20, bits: 4)
        let engine = MACArray(operands: .fp16DequantiseFirst)
        var plain = TimingTests.multiply(shape, .float16)
        plain.output = .scaled(weights: nil, activations: nil)
        let first = engine.timing(Self.multiply(shape), shape: nil)
        #expect(first.latency == engine.timing(plain, shape: nil).latency + 3)
        let events = engine.activity(Self.multiply(shape), shape: nil)
        #expect(events[.dequantisation] == 200 * 100 && events[.groupScale] == nil)
        #expect(engine.activity(plain, shape: nil)[.dequantisation] == nil)
    }

    @Test func integerWeightsOfFloatsAreConverted() {
        let engine = MACArray(operands: .fp16DequantiseFirst)
        let first = Support.viaConversion(.dequantisedWeights(.float16))
        for activations in [Codec.float16, .bfloat16, .float32, .minifloat(.e4m3)] {
            #expect(engine.support(ProductFormat(activations: activations, weights: .signed(bits: 4))) == first)
        }
        // Nothing to scale in front: codes by codes, floats by floats, operands of attention.
        #expect(engine.support(ProductFormat(activations: .int8, weights: .signed(bits: 4))) == .native)
        #expect(engine.support(ProductFormat(activations: .float16, weights: .float16)) == .native)
        #expect(engine.support(ProductFormat(activations: .float16, weights: .int8, runtimeWeights: true)) == .native)
    }
}
