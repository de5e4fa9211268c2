import Arch
import Engines
import Formats
import Testing

/// The engine around the chains: operands it takes, cuts, cycles and counts.
struct DSPChainTests {
    typealias Shape = TimingTests.Shape

    static func multiply(
        _ format: Multiply.Activations = .int8, bits: Int = 8, zero: Multiply.Zero = .immediate(128),
        codes: Multiply.Codes = .offset
    ) -> Multiply {
        var body = TimingTests.multiply(
            Shape(rows: 4, columns: 4, ky: 1, kx: 1, run: 16, group: nil, bits: bits), format)
        body.zero = zero
        body.codes = codes
        return body
    }

    /// Sections are whole groups of two: seven full products are six, eight of narrower weights eight.
    @Test func sectionsFollowTheOperands() {
        let engine = DSPChain()
        func section(_ multiply: Multiply) -> Int { engine.plan(multiply).section }
        #expect(section(Self.multiply()) == 6)
        #expect(engine.plan(Self.multiply()).boundaries == 2)
        #expect(section(Self.multiply(codes: .twosComplement)) == 2)
        #expect(section(Self.multiply(zero: .immediate(0), codes: .twosComplement)) == 6)
        // -128 * 128 eight times is -2^17, which fits; so do 8 * 127 * 128.
        #expect(section(Self.multiply(zero: .immediate(127))) == 8)
        #expect(section(Self.multiply(.uint8)) == 4)
        #expect(section(Self.multiply(zero: .immediate(0))) == 4)
        #expect(section(Self.multiply(.uint8, zero: .immediate(0))) == 2)
        #expect(section(Self.multiply(zero: .table(offset: 0))) == 2)
        #expect(section(Self.multiply(bits: 4, zero: .immediate(8))) == 16)
        #expect(engine.plan(Self.multiply(bits: 4, zero: .immediate(8))).boundaries == 0)
        #expect(section(Self.multiply(.uint8, bits: 4, zero: .immediate(0))) == 16)
        #expect(section(Self.multiply(.uint8, bits: 8, zero: .immediate(0), codes: .bipolar)) == 2)
        #expect(DSPChain(adjustDepth: 4).plan(Self.multiply()).section == 4)
        #expect(DSPChain(adjusts: false).plan(Self.multiply()).boundaries == 0)
    }

    /// Without adjust units a chain is as long as it is: formats for which a lane might overflow are refused.
    @Test func withoutAdjustUnitsDepthIsProvenOrRefused() {
        let engine = DSPChain(adjusts: false)
        func support(_ engine: DSPChain, _ activations: Codec, _ weights: Codec) -> Support {
            engine.support(ProductFormat(activations: activations, weights: weights))
        }
        #expect(support(engine, .int8, .signed(bits: 4)) == .native)
        #expect(support(engine, .uint8, .unsigned(bits: 4)) == .native)
        #expect(support(engine, .int8, .ternary) == .native)
        for activations in [Codec.int8, .uint8] {
            guard case .unsupported(let reason) = support(engine, activations, .int8) else {
                Issue.record("16 products of \(activations.name) are not proven")
                continue
            }
            #expect(reason.contains("\(activations.name) by int8"))
        }
        // 4 * 128 * 255 fits, 6 * 128 * 255 does not.
        #expect(support(DSPChain(chainLength: 4, adjusts: false), .int8, .int8) == .native)
        #expect(support(DSPChain(chainLength: 6, adjusts: false), .int8, .int8) != .native)
        #expect(support(DSPChain(), .int8, .int8) == .native)
    }

    @Test func whatDoesNotFitIsRefusedWithAReason() {
        for (format, word) in [
            (ProductFormat(activations: .signed(bits: 16), weights: .int8), "int16"),
            (ProductFormat(activations: .float32, weights: .int8), "f32"),
            (ProductFormat(activations: .int8, weights: .float16), "f16"),
            (ProductFormat(activations: .int8, weights: .ternary, runtimeWeights: true), "ternary"),
        ] {
            guard case .unsupported(let reason) = DSPChain().support(format) else {
                Issue.record("\(format) should not be supported")
                continue
            }
            #expect(reason.contains(word))
        }
        #expect(DSPChain().support(ProductFormat(activations: .uint8, weights: .uint8, runtimeWeights: true)) == .native)
    }

    /// Lanes of chains without adjust units wrap as P[17:0] does, and the upper lane takes the carry.
    @Test(arguments: [8, 9, 16])
    func lanesWrapBeyondTheirDepth(_ length: Int) {
        let engine = DSPChain(rows: 4, chainLength: (length + 1) / 2 * 2, columns: 1, vectorColumns: 1, adjusts: false)
        var product = ProductCase(format: .int8, inner: 2, run: length, columns: 1, bits: 8)
        product.pixels = Array(repeating: Array(repeating: -128, count: length), count: 2)
        product.codes = [Array(repeating: 0, count: length)]
        product.zero = 128
        let total = length * (-128 * 262_144 - 128) * -128
        let low = (total + 131_072) & 262_143
        let lower = low - 131_072
        let upper = (total - lower) >> 18
        for structural in [false, true] {
            let (multiply, pads) = product.prepare(engine)
            if structural {
                engine.multiplyStructurally(multiply, shape: nil, memory: pads.memory)
            } else {
                engine.multiply(multiply, shape: nil, memory: pads.memory)
            }
            let words = pads.words(multiply).map { Int(Int32(bitPattern: $0)) }
            #expect(words == [upper, lower])
            if length == 8 { #expect(words == [131_073, -131_072]) }
        }
    }

    /// Zero points outside the codec, which only a hand-made program has, wrap at the nine bits of the weight port.
    @Test func weightsWrapAtTheirPort() {
        var product = ProductCase(format: .int8, inner: 1, run: 1, columns: 1, bits: 8)
        product.pixels = [[3]]
        product.codes = [[255]]
        for (zero, weight) in [(-1, -256), (300, -45), (600, 167)] {
            for table in [false, true] {
                product.zero = zero
                product.zeros = table ? [[zero]] : nil
                for structural in [false, true] {
                    let (multiply, pads) = product.prepare(DSPChain())
                    if structural {
                        DSPChain().multiplyStructurally(multiply, shape: nil, memory: pads.memory)
                    } else {
                        DSPChain().multiply(multiply, shape: nil, memory: pads.memory)
                    }
                    #expect(pads.words(multiply) == [UInt32(bitPattern: Int32(3 * weight))])
                }
            }
        }
    }

    /// Passes cycle by cycle; sums leave `lanes` at a time, and the next ones wait for them.
    static func step(_ shape: Shape, rows: Int, columns: Int, length: Int, lanes: Int) -> Int {
        let pieces = TimingTests.pieces(shape, limit: length)
        var cycle = 0
        var waiting = 0
        for row in stride(from: 0, to: shape.rows, by: rows) {
            for column in stride(from: 0, to: shape.columns, by: columns) {
                for piece in pieces {
                    cycle += 1
                    waiting = max(0, waiting - lanes)
                    guard piece.endsSegment else { continue }
                    while waiting > 0 {
                        cycle += 1
                        waiting = max(0, waiting - lanes)
                    }
                    waiting = min(rows, shape.rows - row) * min(columns, shape.columns - column)
                }
            }
        }
        while waiting > 0 {
            cycle += 1
            waiting = max(0, waiting - lanes)
        }
        return cycle
    }

    @Test func occupancyEqualsTheSteppedChains() {
        for (rows, length, columns, vector, lanes) in [(8, 4, 2, 8, 8), (128, 16, 2, 64, 64), (6, 8, 5, 11, 3), (2, 2, 1, 1, 1)] {
            let engine = DSPChain(
                rows: rows, chainLength: length, columns: columns, vectorColumns: vector, epilogueLanes: lanes)
            for shape in TimingTests.shapes(count: 200, seed: UInt64(rows + length)) {
                let timing = engine.timing(TimingTests.multiply(shape, .int8), shape: nil)
                let matrix = Self.step(shape, rows: rows, columns: columns, length: length, lanes: lanes)
                let pair = Self.step(shape, rows: 2, columns: vector, length: length, lanes: lanes)
                #expect(timing.occupancy == min(matrix, pair), "\(shape)")
                #expect(timing.occupancyParts.allSatisfy { $0.cycles >= 0 })
            }
        }
    }

    static func long(rows: Int, columns: Int, depth: Int) -> Multiply {
        TimingTests.multiply(
            Shape(rows: rows, columns: columns, ky: 1, kx: 1, run: depth, group: nil, bits: 4), .int8)
    }

    /// 128 x 16 x 2 for matrices, 16 x 64 for a vector, half of whose lanes and half of the DSPs idle.
    @Test func matricesAndVectorsRunAtThePublishedRates() {
        let engine = DSPChain()
        #expect(engine.slices == 2048 && engine.peak(weightBits: 4) == 4096)
        let matrix = engine.timing(Self.long(rows: 128, columns: 16, depth: 4096), shape: nil)
        // 8 passes of 256 cycles, 4096 products each, and 256 sums that leave 64 at a time.
        #expect(matrix.occupancy == 8 * 256 + 4)
        let vector = engine.timing(Self.long(rows: 1, columns: 512, depth: 4096), shape: nil)
        // 8 passes of 256 cycles, 1024 products each.
        #expect(vector.occupancy == 8 * 256 + 1)
    }

    @Test func latencyCountsRegistersAndAdjustUnits() {
        let engine = DSPChain()
        #expect(engine.timing(Self.multiply(bits: 4, zero: .immediate(8)), shape: nil).latency == 5 + 16 + 0 + 3 + 1)
        #expect(engine.timing(Self.multiply(), shape: nil).latency == 5 + 16 + 2 + 3 + 1)
        var scaled = Self.multiply(.uint8)
        scaled.output = .scaled(weights: .init(group: 16, format: .float32, offset: 0), activations: nil)
        #expect(engine.timing(scaled, shape: nil).latency == 5 + 16 + 3 + 3 + 3)
        // The chain's own registers are those that the clocked slices have.
        let plan = engine.plan(Self.multiply())
        #expect(plan.latency == 3 + 16 + 2)
    }

    /// 10 rows, K 100 in groups of 20, 70 columns; by pairs of rows, 64 columns at a time: 5 x 2 passes of 5 x 2 cycles
    /// are fewer than 1 x 35 passes of 10.
    @Test func activityCountsPassesAndAdjustments() {
        let shape = Shape(rows: 10, columns: 70, ky: 1, kx: 1, run: 100, group: 20, bits: 3)
        var body = TimingTests.multiply(shape, .int8)
        #expect(DSPChain().activity(body, shape: nil) == [
            .multiplyAccumulate: 70_000, .activationRead: 2 * 1000, .weightRead: 5 * 100 * 27,
            .groupScale: 700 * 5, .accumulatorWrite: 4 * 700 * 5, .accumulatorRead: 4 * 700 * 4,
        ])
        body.weightBits = 8
        body.zero = .immediate(128)
        // Two boundaries in each of 5 pairs x 70 columns x 10 cycles.
        #expect(DSPChain().activity(body, shape: nil)[.shiftAdd] == 2 * 5 * 70 * 10)
    }

    /// Without overflow adjust units any operands: both lanes are those of one 48-bit word.
    @Test(arguments: 0..<200) func lanesWrapOnAnyOperands(_ seed: Int) {
        var random = SeededGenerator(UInt64(seed))
        let engine = DSPChain(rows: 4, chainLength: 16, columns: 1, vectorColumns: 1, adjusts: false)
        var product = ProductCase(format: .int8, inner: 2, run: 16, columns: 1, bits: 8)
        product.zero = 128
        product.fill(extremes: seed % 2 == 0, using: &random)
        var total = 0
        for k in 0..<16 {
            let pair = product.pixels[0][k] * 262_144 + product.pixels[1][k]
            total += pair * (Int(product.codes[0][k]) - 128)
        }
        let lower = ((total + 131_072) & 262_143) - 131_072
        let expected = [(total - lower) >> 18, lower].map { UInt32(truncatingIfNeeded: $0) }
        #expect(structuralAndFast(engine, product) == [expected, expected])
    }
}
