import Arch
import Engines
import Formats
import Testing

/// The array around the elements: groups, zero points, cycles and counts.
struct MixPETests {
    typealias Shape = TimingTests.Shape

    /// sum x q = 2440, sum x = -25; 2440 - 8 * -25 = 2640, times 0.25.
    @Test(arguments: WeightSigns.allCases)
    func aGroupIsCorrectedAndScaledOnce(_ signs: WeightSigns) {
        var product = ProductCase(format: .int8, inner: 1, run: 4, columns: 1, bits: 4)
        product.pixels = [[-77, 127, 53, -128]]
        product.codes = [[2, 15, 13, 0]]
        product.zero = 8
        product.scaled = true
        product.weightGroup = 4
        product.weightScales = [[0.25]]
        #expect(structuralAndFast(MixPEArray(signs: signs), product) == [[Float(660).bitPattern], [Float(660).bitPattern]])
    }

    /// Groups of 3, 24 and 100 k on tiles of 8 k: cut where a group ends, whatever the tile.
    @Test(arguments: [3, 8, 24, 100], WeightSigns.allCases)
    func groupsNeedNotBeWholeTiles(_ group: Int, _ signs: WeightSigns) {
        var random = SeededGenerator(UInt64(group))
        for bits in [4, 6] {
            var product = ProductCase(format: .int8, inner: 5, run: 200, columns: 9, bits: bits)
            product.fill(extremes: false, using: &random)
            product.scaled = true
            product.weightGroup = group
            let groups = (200 + group - 1) / group
            product.weightScales = (0..<9).map { c in (0..<groups).map { Float(c + 1) / Float($0 + 2) } }
            product.zeros = (0..<9).map { c in (0..<groups).map { (7 * c + 3 * $0) % (1 << bits) } }
            let expected = product.expected()
            let engine = MixPEArray(rows: 8, columns: 16, signs: signs, partialRows: 2)
            #expect(structuralAndFast(engine, product) == [expected, expected])
        }
    }

    /// The sum of unsigned codes leaves int32, the corrected sum does not: 70,000 * 127 * 255 > 2^31.
    @Test func sumsMayLeaveTheirRegisterOnTheWay() {
        var product = ProductCase(format: .int8, inner: 1, run: 70_000, columns: 1, bits: 8)
        product.pixels = [Array(repeating: 127, count: 70_000)]
        product.codes = [Array(repeating: 255, count: 70_000)]
        product.zero = 254
        for signs in WeightSigns.allCases {
            #expect(structuralAndFast(MixPEArray(signs: signs), product) == [[8_890_000], [8_890_000]])
        }
    }

    /// Run-time operands as two halves: -128 * -128, 127 * -128 and so on, with zero points.
    @Test(arguments: WeightSigns.allCases, [0, -128, 127])
    func runTimeCodesAreTwosComplement(_ signs: WeightSigns, _ zero: Int) {
        let weights = [-128, -1, 0, 1, 127]
        var product = ProductCase(format: .int8, inner: 1, run: 1, columns: 5, bits: 8)
        product.codes = weights.map { [UInt8(truncatingIfNeeded: $0)] }
        product.zero = zero
        for activation in [-128, 127] {
            product.pixels = [[activation]]
            let expected = weights.map { UInt32(bitPattern: Int32(activation * ($0 - zero))) }
            let found = structuralAndFast(MixPEArray(signs: signs), product) { $0.codes = .twosComplement }
            #expect(found == [expected, expected])
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
            for signs in WeightSigns.allCases {
                #expect(structuralAndFast(MixPEArray(signs: signs), product) == [[expected], [expected]])
            }
        }
    }

    @Test func everyWeightOfOneToEightBitsIsNative() {
        for engine in WeightSigns.allCases.map({ MixPEArray(signs: $0) }) {
            for activations in [Codec.int8, .uint8, .signed(bits: 4)] {
                for weights in Codec.all {
                    let support = engine.support(ProductFormat(activations: activations, weights: weights))
                    #expect((support == .native) == (weights.isInteger && weights.pairs == nil && !weights.hasGaps && weights.bits <= 8), "\(weights)")
                }
            }
            for weights in [Codec.int8, .uint8] {
                let format = ProductFormat(activations: .int8, weights: weights, runtimeWeights: true)
                #expect(engine.support(format) == .native)
            }
            #expect(engine.support(ProductFormat(activations: .float16, weights: .signed(bits: 4))) != .native)
        }
    }

    static func multiply(_ shape: Shape, zero: Int = 1) -> Multiply {
        var multiply = TimingTests.multiply(shape, .int8)
        multiply.zero = .immediate(zero)
        return multiply
    }

    @Test func occupancyEqualsTheSteppedArray() {
        for (rows, columns, bits, lanes, held) in [(8, 8, 4, 8, 5), (16, 12, 4, 5, 7), (5, 64, 1, 16, 128), (64, 3, 8, 1, 1)] {
            let engine = MixPEArray(
                rows: rows, columns: columns, bitsPerElement: bits, epilogueLanes: lanes, partialRows: held)
            for shape in TimingTests.shapes(count: 200, seed: UInt64(rows)) {
                for zero in [0, 1] {
                    // 1, 2, 4 or 8 columns of elements for a weight.
                    var across = 1
                    while across * bits < shape.bits { across *= 2 }
                    let stepped = TimingTests.stepTiles(
                        shape, rows: rows, columns: columns / across, held: held,
                        lanes: shape.group != nil || zero != 0 ? lanes : nil)
                    let timing = engine.timing(Self.multiply(shape, zero: zero), shape: nil)
                    #expect(timing.occupancy == stepped, "\(shape)")
                    #expect(timing.occupancyParts.allSatisfy { $0.cycles >= 0 })
                }
            }
        }
    }

    /// 8192 products per cycle up to four bits, 4096 above; 128 rows hide the 64 cycles of loading the next tile.
    @Test(arguments: 1...8)
    func fourBitWeightsRunAtTwiceTheRate(_ bits: Int) {
        let engine = MixPEArray()
        let rate = bits <= 4 ? 8192 : 4096
        #expect(engine.peak(weightBits: bits) == Double(rate))
        let shape = Shape(rows: 128, columns: 1024, ky: 1, kx: 1, run: 4096, group: 128, bits: bits)
        let timing = engine.timing(Self.multiply(shape), shape: nil)
        #expect(timing.occupancy == 64 + 128 * 1024 * 4096 / rate)
        #expect(timing.occupancyParts.first { $0.term == .ideal }?.cycles == 128 * 1024 * 4096 / rate)
    }

    /// With 32 lanes a row of 128 sums takes four cycles, once per group of two tiles: three cycles in which tiles wait.
    @Test func correctionAndScaleAreOncePerGroup() {
        let engine = MixPEArray(epilogueLanes: 32)
        let shape = Shape(rows: 128, columns: 128, ky: 1, kx: 1, run: 1024, group: 128, bits: 4)
        let parts = engine.timing(Self.multiply(shape), shape: nil).occupancyParts
        #expect(parts.first { $0.term == .epilogue }?.cycles == 8 * 128 * 3)
        // Integer sums are corrected once per instruction, and not at all when nothing is to be corrected.
        let integer = Shape(rows: 128, columns: 128, ky: 1, kx: 1, run: 1024, group: nil, bits: 4)
        func held(_ signs: WeightSigns, zero: Int) -> Int? {
            MixPEArray(signs: signs, epilogueLanes: 32).timing(Self.multiply(integer, zero: zero), shape: nil)
                .occupancyParts.first { $0.term == .epilogue }?.cycles
        }
        #expect(held(.offset, zero: 8) == 128 * 3)
        #expect(held(.offset, zero: 0) == 0)
        #expect(held(.twosComplement, zero: 8) == 0 && held(.signMagnitude, zero: 8) == 0)
        #expect(held(.twosComplement, zero: 7) == 128 * 3)
    }

    @Test func latencyCountsRegisters() {
        var shape = Shape(rows: 4, columns: 4, ky: 1, kx: 1, run: 8, group: nil, bits: 4)
        #expect(MixPEArray().timing(Self.multiply(shape), shape: nil).latency == 1 + 1 + 6 + 0 + 1 + 1 + 1)
        shape.bits = 5
        #expect(MixPEArray().timing(Self.multiply(shape), shape: nil).latency == 1 + 1 + 6 + 1 + 1 + 1 + 1)
        shape.group = 4
        #expect(MixPEArray(bitsPerElement: 1).timing(Self.multiply(shape), shape: nil).latency == 1 + 1 + 6 + 3 + 1 + 1 + 3)
    }

    /// 10 rows, K 100 in groups of 20, 200 columns. At 3 bits 2 passes and no joins, at 6 bits 4 passes and a join per
    /// output and tile; the layout has 4 blocks of 64 columns, rows of 24 or 48 bytes.
    @Test func activityCountsShiftsAndOneCorrectionPerGroup() {
        var shape = Shape(rows: 10, columns: 200, ky: 1, kx: 1, run: 100, group: 20, bits: 3)
        #expect(MixPEArray().activity(Self.multiply(shape), shape: nil) == [
            .shiftAdd: 200_000 * 3, .activationRead: 2 * 1000, .groupSum: 2 * 1000, .weightRead: 4 * 100 * 24,
            .zeroCorrection: 2000 * 5, .groupScale: 2000 * 5, .accumulatorWrite: 4 * 2000 * 5,
            .accumulatorRead: 4 * 2000 * 4,
        ])
        shape.bits = 6
        shape.group = nil
        // Symmetric codes: zero point 32 is the centre. Six bits are extended over two elements of four.
        #expect(MixPEArray(signs: .twosComplement).activity(Self.multiply(shape, zero: 32), shape: nil) == [
            .shiftAdd: 200_000 * 8 + 2000 * 2, .activationRead: 4 * 1000, .weightRead: 4 * 100 * 48,
            .accumulatorWrite: 4 * 2000,
        ])
    }
}
