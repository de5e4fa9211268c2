import Arch
import Engines
import Formats
import Testing

/// Plane against plane: values, cycles and counts.
struct BitSerialTests {
    typealias Shape = TimingTests.Shape

    /// -3, 5, 0, -8 in four bits are 1101, 0101, 0000, 1000: planes from the lowest.
    @Test func planesHoldOneBitOfEveryNumber() {
        let planes = BitPlanes([-3, 5, 0, -8], bits: 4, isSigned: true)
        #expect(planes.words == [[0b0011], [0b0000], [0b0011], [0b1001]])
        #expect((0..<4).map(planes.isNegative) == [false, false, false, true])
        let ones = BitPlanes(Array(repeating: 1, count: 130), bits: 1, isSigned: false)
        #expect(ones.words == [[.max, .max, 3]])
        #expect(ones.ones(0) == 130 && ones.ones(0, and: ones, 0) == 130)
    }

    /// Every code of every width by every activation of every width, with the code's own zero points.
    @Test(arguments: 1...8)
    func planePairsMultiply(_ bits: Int) {
        for activationBits in 1...8 {
            for isUnsigned in [false, true] {
                let top = 1 << activationBits
                let activations = isUnsigned ? Array(0..<top) : Array(-top / 2..<top / 2)
                var product = ProductCase(
                    format: isUnsigned ? .uint8 : .int8, inner: activations.count, run: 1, columns: 1 << bits, bits: bits)
                product.activationBits = activationBits
                product.pixels = activations.map { [$0] }
                product.codes = (0..<1 << bits).map { [UInt8($0)] }
                product.zero = bits == 1 ? 0 : 1 << (bits - 1)
                let zero = product.zero
                let expected = activations.flatMap { a in
                    (0..<1 << bits).map { UInt32(bitPattern: Int32(a * ($0 - zero))) }
                }
                #expect(structuralAndFast(BitSerialArray(), product) == [expected, expected])
            }
        }
    }

    /// sum x q = 2440, sum x = -25; 2440 - 8 * -25 = 2640, times 0.25.
    @Test func aGroupIsCorrectedAndScaledOnce() {
        var product = ProductCase(format: .int8, inner: 1, run: 4, columns: 1, bits: 4)
        product.pixels = [[-77, 127, 53, -128]]
        product.codes = [[2, 15, 13, 0]]
        product.zero = 8
        product.scaled = true
        product.weightGroup = 4
        product.weightScales = [[0.25]]
        #expect(structuralAndFast(BitSerialArray(lanes: 3), product) == [[Float(660).bitPattern], [Float(660).bitPattern]])
    }

    /// Run-time operands, with zero points: codes in two's complement are planes of the code plus 128.
    @Test(arguments: [0, -128, 127])
    func runTimeCodesAreTwosComplement(_ zero: Int) {
        let weights = [-128, -1, 0, 1, 127]
        var product = ProductCase(format: .int8, inner: 1, run: 1, columns: 5, bits: 8)
        product.codes = weights.map { [UInt8(truncatingIfNeeded: $0)] }
        product.zero = zero
        for activation in [-128, 127] {
            product.pixels = [[activation]]
            let expected = weights.map { UInt32(bitPattern: Int32(activation * ($0 - zero))) }
            #expect(structuralAndFast(BitSerialArray(), product) { $0.codes = .twosComplement } == [expected, expected])
        }
    }

    /// Only a hand-made program has such zero points: they enter modulo 2^32.
    @Test(arguments: [-32768, 32767])
    func zeroPointsOfSixteenBitsAreExact(_ zero: Int) {
        var product = ProductCase(format: .int8, inner: 1, run: 2, columns: 1, bits: 8)
        product.pixels = [[3, -128]]
        product.codes = [[255, 0]]
        let expected = UInt32(bitPattern: Int32(3 * (255 - zero) + 128 * zero))
        for zeros in [nil, [[zero]]] {
            product.zero = zero
            product.zeros = zeros
            #expect(structuralAndFast(BitSerialArray(), product) == [[expected], [expected]])
        }
    }

    @Test func everyWeightOfOneToEightBitsIsNative() {
        let engine = BitSerialArray()
        for activations in [Codec.int8, .uint8, .signed(bits: 4), .unsigned(bits: 1)] {
            for weights in Codec.all {
                let support = engine.support(ProductFormat(activations: activations, weights: weights))
                #expect((support == .native) == (weights.isInteger && weights.pairs == nil && !weights.hasGaps && weights.bits <= 8), "\(weights)")
            }
        }
        #expect(engine.support(ProductFormat(activations: .int8, weights: .int8, runtimeWeights: true)) == .native)
        #expect(engine.support(ProductFormat(activations: .float16, weights: .signed(bits: 4))) != .native)
    }

    static func multiply(_ shape: Shape, activationBits: Int = 8, zero: Int = 0) -> Multiply {
        var multiply = TimingTests.multiply(shape, .int8)
        multiply.activationBits = activationBits
        multiply.zero = .immediate(zero)
        return multiply
    }

    /// Pass by pass, chunk by chunk, plane pair by plane pair; the shadow registers empty in between.
    static func step(_ shape: Shape, _ engine: BitSerialArray, activationBits: Int) -> Int {
        let pieces = TimingTests.pieces(shape, limit: engine.lanes)
        var cycle = 0
        // Turns of the lanes that are left: each serves one row.
        var leaving = 0
        for row in stride(from: 0, to: shape.rows, by: engine.rows) {
            for column in stride(from: 0, to: shape.columns, by: engine.columns) {
                let chunks = stride(from: column, to: min(shape.columns, column + engine.columns), by: engine.epilogueLanes)
                let turns = min(engine.rows, shape.rows - row) * chunks.map { $0 }.count
                for piece in pieces {
                    for _ in 0..<shape.bits {
                        for _ in 0..<activationBits {
                            cycle += 1
                            leaving = max(0, leaving - 1)
                        }
                    }
                    guard piece.endsSegment else { continue }
                    while leaving > 0 {
                        cycle += 1
                        leaving -= 1
                    }
                    leaving = turns
                }
            }
        }
        while leaving > 0 {
            cycle += 1
            leaving -= 1
        }
        return cycle
    }

    @Test func occupancyEqualsTheSteppedUnits() {
        for (rows, columns, lanes, leaving) in [(8, 8, 16, 8), (3, 12, 5, 1), (32, 64, 128, 64), (1, 1, 64, 3)] {
            let engine = BitSerialArray(rows: rows, columns: columns, lanes: lanes, epilogueLanes: leaving)
            for (index, shape) in TimingTests.shapes(count: 200, seed: UInt64(rows)).enumerated() {
                let activationBits = index % 8 + 1
                let timing = engine.timing(Self.multiply(shape, activationBits: activationBits), shape: nil)
                #expect(timing.occupancy == Self.step(shape, engine, activationBits: activationBits), "\(shape)")
                #expect(timing.occupancyParts.allSatisfy { $0.cycles >= 0 })
            }
        }
    }

    /// 32 x 64 units of 128 bits are full: a cycle for every pair of planes, chunk and tile; 32 more until the last sums are out.
    @Test(arguments: [(8, 8, 4096), (4, 8, 8192), (2, 4, 32768), (1, 1, 262_144)])
    func cyclesAreProportionalToBothWidths(_ bits: Int, _ activationBits: Int, _ rate: Int) {
        let engine = BitSerialArray()
        #expect(engine.peak(weightBits: bits, activationBits: activationBits) == Double(rate))
        let shape = Shape(rows: 64, columns: 256, ky: 1, kx: 1, run: 4096, group: nil, bits: bits)
        let timing = engine.timing(Self.multiply(shape, activationBits: activationBits), shape: nil)
        #expect(timing.occupancy == 64 * 256 * 4096 / rate + 32)
    }

    @Test func latencyCountsRegisters() {
        var shape = Shape(rows: 4, columns: 4, ky: 1, kx: 1, run: 8, group: nil, bits: 4)
        #expect(BitSerialArray().timing(Self.multiply(shape), shape: nil).latency == 1 + 7 + 1 + 1 + 1 + 1 + 1)
        shape.group = 4
        #expect(BitSerialArray(lanes: 1).timing(Self.multiply(shape), shape: nil).latency == 1 + 1 + 1 + 1 + 1 + 1 + 3)
    }

    /// 10 rows, K 300 in groups of 100, 70 columns: 3 chunks, 2 column passes; 3 weight planes by 5 activation planes.
    @Test func activityCountsBitsAndPasses() {
        let shape = Shape(rows: 10, columns: 70, ky: 1, kx: 1, run: 300, group: 100, bits: 3)
        #expect(BitSerialArray().activity(Self.multiply(shape, activationBits: 5, zero: 4), shape: nil) == [
            .bitProduct: 210_000 * 15, .shiftAdd: 700 * 3 * 15, .activationRead: 2 * 3000, .groupSum: 2 * 3000,
            .weightRead: 2 * 300 * 24, .zeroCorrection: 700 * 3, .groupScale: 700 * 3, .accumulatorWrite: 4 * 700 * 3,
            .accumulatorRead: 4 * 700 * 2,
        ])
    }
}
