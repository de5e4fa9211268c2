import Arch
import Engines
import Formats
import Testing

/// Float arrays: structural and fast arithmetic against the definition.
struct FloatProductTests {
    static let engines = [
        MACArray(operands: .fp16, rows: 32, columns: 12, partialRows: 2),
        MACArray(operands: .fp16, rows: 16, columns: 5), MACArray(operands: .fp8, rows: 48, columns: 8, partialRows: 3),
    ]

    static func check(_ test: FloatCase, _ engine: MACArray, _ note: String) {
        let expected = test.expected()
        let (multiply, structural) = test.prepare(engine)
        engine.multiplyStructurally(multiply, shape: nil, memory: structural.memory)
        #expect(structural.words(multiply) == expected, "structural, \(note)")
        let (_, fast) = test.prepare(engine)
        engine.multiply(multiply, shape: nil, memory: fast.memory)
        #expect(fast.words(multiply) == expected, "fast, \(note)")
    }

    @Test(arguments: engines.indices)
    func structureAndKernelEqualTheDefinition(_ index: Int) {
        let engine = Self.engines[index]
        let floats: [Multiply.Activations] =
            engine.operands == .fp16
            ? [.float16, .bfloat16, .float8e4m3, .float8e5m2, .float4e2m1]
            : [.float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1]
        for (i, activations) in floats.enumerated() {
            for (j, other) in floats.enumerated() {
                guard let codec = other.codec, let weights = Multiply.Codes(codec) else { continue }
                for seed in 0..<12 {
                    let seed = UInt64(1000 * i + 100 * j + seed)
                    let test = FloatCase.random(activations, weights, bits: codec.bits, seed: seed)
                    Self.check(test, engine, "\(activations.name) x \(weights), seed \(seed)")
                }
            }
        }
    }

    /// Weight-only quantisation: codes less their zero point times floats.
    @Test func codesMeetFloats() {
        for (engine, activations) in [(Self.engines[0], Multiply.Activations.float16), (Self.engines[2], .float8e5m2)] {
            for bits in engine.operands == .fp16 ? Array(1...8) : [1, 2, 3, 4] {
                for codes in [Multiply.Codes.offset, .bipolar] {
                    for seed in 0..<20 {
                        let test = FloatCase.random(activations, codes, bits: bits, seed: UInt64(bits * 50 + seed))
                        Self.check(test, engine, "\(codes) \(bits), seed \(seed)")
                    }
                }
            }
        }
    }

    /// Integer sums within 2^24 leave exactly, whatever the accumulators held.
    @Test func codesSumToExactIntegers() {
        for (index, activations) in [Multiply.Activations.int8, .uint8].enumerated() {
            for bits in 1...8 {
                for seed in 0..<30 {
                    var test = FloatCase.random(activations, .offset, bits: bits, seed: UInt64(index * 999 + bits * 40 + seed))
                    test.isInteger = true
                    (test.weightGroup, test.activationGroup) = (nil, nil)
                    test.start = test.start?.map { $0.map { _ in UInt32(bitPattern: -123_456_789) } }
                    Self.check(test, Self.engines[0], "\(bits) bits, seed \(seed)")
                }
            }
        }
    }

    /// 1024 products of -128 by -128 are 2^24, the last exact sum.
    @Test func theGreatestExactSumIsTwoToTheTwentyFour() {
        let engine = MACArray(operands: .fp16, rows: 32, columns: 4)
        var test = FloatCase(activations: .int8, codes: .offset, bits: 8, rows: 1, columns: 1, taps: 1, run: 1024)
        test.left = [[Array(repeating: 0x80, count: 1024)]]
        test.right = [Array(repeating: 0, count: 1024)]
        test.zero = 128
        test.isInteger = true
        #expect(test.expected() == [1 << 24])
        Self.check(test, engine, "2^24")
        #expect(engine.exactSumLimit == 1 << 24 && MACArray().exactSumLimit == nil)
    }

    /// Groups of 1500 products of up to 255 * 255, 2^26.5: parts of 258 k that are exact, added as int32, rounded once.
    @Test func longScaleGroupsAreRoundedOnce() {
        for seed in 0..<24 {
            var random = SeededGenerator(UInt64(seed))
            var product = ProductCase(
                format: seed % 2 == 0 ? .uint8 : .int8, inner: 3, run: Int.random(in: 1400...3100, using: &random),
                columns: 5, bits: 8)
            (product.scaled, product.zero) = (true, [0, 128, 255][seed % 3])
            product.fill(extremes: seed % 4 == 0, using: &random)
            product.weightGroup = seed < 12 ? 1500 : nil
            product.activationGroup = seed < 12 ? nil : 4096
            let groups = (product.run + 1499) / 1500
            product.weightScales = (0..<5).map { _ in (0..<groups).map { _ in .random(in: 0.001...2, using: &random) } }
            product.activationScales = (0..<3).map { _ in [.random(in: 0.001...2, using: &random)] }
            for engine in [MACArray(operands: .fp16, rows: 32, columns: 4, partialRows: 2), MACArray(operands: .fp16, rows: 256, columns: 8)] {
                let results = structuralAndFast(engine, product)
                #expect(results[0] == product.expected() && results[1] == results[0], "\(engine.summary), seed \(seed)")
            }
        }
    }

    /// Sums that fit f32 are scaled as they are; longer ones pass two converters and an integer adder.
    @Test func partsCostRegistersAndNoCycles() {
        let engine = MACArray(operands: .fp16)
        func timing(_ group: Int) -> UnitTiming {
            engine.timing(
                TimingTests.multiply(TimingTests.Shape(rows: 300, columns: 64, ky: 1, kx: 1, run: 4096, group: group, bits: 8), .int8),
                shape: nil)
        }
        #expect(timing(4096).latency == timing(256).latency + 3)
        #expect(timing(4096).occupancy == timing(256).occupancy)
    }

    /// Every pair of codes of both 8-bit formats (and bfloat16 at the ends of its range) through one multiplier.
    @Test func everyProductIsExactOrRoundedOnce() throws {
        for (a, w) in [(Multiply.Activations.float8e4m3, Multiply.Codes.float8e5m2), (.float8e5m2, .float8e4m3)] {
            var test = FloatCase(activations: a, codes: w, bits: 8, rows: 256, columns: 256, taps: 1, run: 1)
            test.left = (0..<256).map { [[UInt32($0)]] }
            test.right = (0..<256).map { [UInt32($0)] }
            let (multiply, pads) = test.prepare(MACArray(operands: .fp8, rows: 16, columns: 64))
            MACArray(operands: .fp8, rows: 16, columns: 64)
                .multiplyStructurally(multiply, shape: nil, memory: pads.memory)
            let words = pads.words(multiply)
            for (x, y) in (0..<256).flatMap({ x in (0..<256).map { (x, $0) } }) {
                let left = Double((try #require(a.codec)).float(ofCode: UInt32(x)))
                let right = Double((try #require(w.floatCodec)).float(ofCode: UInt32(y)))
                // Added to +0, so a product of -0 leaves as +0.
                let product = Float(left * right) + 0
                let found = words[x * 256 + y]
                #expect(product.isNaN ? found == 0x7FC0_0000 : found == product.bitPattern)
            }
        }
        var test = FloatCase(activations: .bfloat16, codes: .bfloat16, bits: 16, rows: 64, columns: 64, taps: 1, run: 1)
        var random = SeededGenerator(5)
        let ends: [UInt32] = (0..<64).map { _ in
            let exponent = Bool.random(using: &random) ? UInt32.random(in: 0...70, using: &random) : .random(in: 180...254, using: &random)
            return exponent << 7 | .random(in: 0..<128, using: &random) | (Bool.random(using: &random) ? 0x8000 : 0)
        }
        test.left = ends.map { [[$0]] }
        test.right = ends.map { [$0] }
        FloatProductTests.check(test, Self.engines[0], "bfloat16")
    }

    /// Worked vectors: V = 1 + 2^-24 terms lose or keep their bit by their place in the tree.
    @Test func orderOfTheContractShows() {
        let one = UInt32(Binary16.narrowed(1)), tiny = UInt32(Binary16.narrowed(0x1p-12))
        // 1 * 1, then 2^-12 * 2^-12 = 2^-24 three times: (1 + 2^-24) + (2^-24 + 2^-24) = 1 + 2^-23.
        var test = FloatCase(activations: .float16, codes: .float16, bits: 16, rows: 1, columns: 1, taps: 1, run: 4)
        test.left = [[[one, tiny, tiny, tiny]]]
        test.right = [[one, tiny, tiny, tiny]]
        let (multiply, pads) = test.prepare(Self.engines[1])
        Self.engines[1].multiply(multiply, shape: nil, memory: pads.memory)
        #expect(pads.words(multiply) == [Float(1).bitPattern + 1])
        // In taps of their own the 2^-24 come one by one and are all lost to even.
        (test.taps, test.run) = (4, 1)
        test.left = [[[one], [tiny], [tiny], [tiny]]]
        let (apart, others) = test.prepare(Self.engines[1])
        Self.engines[1].multiply(apart, shape: nil, memory: others.memory)
        #expect(others.words(apart) == [Float(1).bitPattern])
    }

    @Test func weightsOfEveryWidthComeBack() {
        var random = SeededGenerator(3)
        for engine in Self.engines {
            for bits in [4, 6, 8, 16] {
                let codes = (0..<7 * 11 * ((bits + 7) / 8)).map { place -> UInt8 in
                    let top = bits >= 8 ? UInt8.max : UInt8(1 << bits - 1)
                    return place >= 0 ? .random(in: 0...top, using: &random) : 0
                }
                let laidOut = engine.layOut(codes: codes, columns: 7, depth: 11, weightBits: bits)
                #expect(engine.codes(laidOut: laidOut, columns: 7, depth: 11, weightBits: bits) == codes)
                let blocks = (7 + engine.columnBlock - 1) / engine.columnBlock
                #expect(laidOut.count == blocks * engine.weightBytes(depth: 11, weightBits: bits))
            }
        }
    }

    @Test func supportOfFloatArrays() {
        let (half, byte) = (MACArray(operands: .fp16), MACArray(operands: .fp8))
        func word(_ engine: MACArray, _ a: Codec, _ w: Codec, runtime: Bool = false) -> String {
            switch engine.support(ProductFormat(activations: a, weights: w, runtimeWeights: runtime)) {
            case .native: "native"
            case .viaConversion(.roundedOperands(let codec)): codec.name
            case .viaConversion: "other"
            case .unsupported: "-"
            }
        }
        let e4m3 = Codec.minifloat(.e4m3), e5m2 = Codec.minifloat(.e5m2), w4 = Codec.signed(bits: 4)
        #expect([.float16, .bfloat16, e4m3, .int8, .uint8].map { word(half, $0, w4) } == Array(repeating: "native", count: 5))
        #expect([.float16, .bfloat16, e5m2].map { word(half, .float16, $0, runtime: true) } == ["native", "native", "native"])
        #expect(word(half, .float32, w4) == "f16" && word(half, .float32, .float32) == "f16")
        #expect(word(half, .signed(bits: 16), .int8) == "-" && word(half, .int8, .float16) == "-")
        #expect(word(half, .float16, .signed(bits: 9)) == "-" && word(half, .float16, .ternary, runtime: true) == "-")
        #expect([e4m3, e5m2, w4, .unsigned(bits: 4)].map { word(byte, $0, w4) } == Array(repeating: "native", count: 4))
        #expect(word(byte, e4m3, e5m2, runtime: true) == "native" && word(byte, e4m3, .ternary) == "native")
        #expect(word(byte, .int8, .int8) == "-" && word(byte, e4m3, .int8) == "-" && word(byte, .uint8, w4) == "-")
        #expect(word(byte, .float16, e4m3) == "f8e4m3" && word(byte, e4m3, .bfloat16) == "f8e4m3")
    }
}
