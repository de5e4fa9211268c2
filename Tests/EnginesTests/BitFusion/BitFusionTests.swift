import Arch
import Engines
import Formats
import Testing

/// Bricks, units, and the array around them.
struct BitFusionTests {
    typealias Shape = TimingTests.Shape

    /// 8 x 8 one product, 8 x 4 two, 8 x 2 and 4 x 4 four, 4 x 2 eight, 2 x 2 sixteen; odd widths as the next even power.
    @Test func aUnitFusesByTheWidths() {
        let table = [2: 1, 4: 2, 8: 4]
        for weights in 1...8 {
            for activations in 1...8 {
                let slots = [weights, activations].map { bits in table[[2, 4, 8].first { $0 >= bits } ?? 8] ?? 0 }
                let products = FusionUnit.products(weightBits: weights, activationBits: activations)
                #expect(products == 16 / (slots[0] * slots[1]))
            }
        }
        #expect(FusionUnit.products(weightBits: 8, activationBits: 8) == 1)
        #expect(FusionUnit.products(weightBits: 4, activationBits: 8) == 2)
        #expect(FusionUnit.products(weightBits: 2, activationBits: 2) == 16)
    }

    /// Two bits by two bits, each signed or not: -2...3 by -2...3.
    @Test func aBrickMultipliesDigitsOfAnySign() {
        for (first, firstSigned) in (0..<4).flatMap({ f in [(f, false), (f, true)] }) {
            for (second, secondSigned) in (0..<4).flatMap({ f in [(f, false), (f, true)] }) {
                let a = firstSigned && first > 1 ? first - 4 : first
                let b = secondSigned && second > 1 ? second - 4 : second
                let product = FusionUnit.brick(
                    .init(field: first, isSigned: firstSigned), .init(field: second, isSigned: secondSigned))
                #expect(product == a * b)
            }
        }
    }

    /// Every number of every width and sign by every number of every width and sign.
    @Test(arguments: 1...8, [false, true])
    func shiftedBricksMultiply(_ bits: Int, _ isSigned: Bool) {
        func numbers(_ bits: Int, _ isSigned: Bool) -> Range<Int> {
            isSigned ? -(1 << (bits - 1))..<1 << (bits - 1) : 0..<1 << bits
        }
        var wrong = 0
        for a in numbers(bits, isSigned) {
            let digits = FusionUnit.digits(of: a, bits: bits, isSigned: isSigned)
            for otherBits in 1...8 {
                for otherSigned in [false, true] {
                    for b in numbers(otherBits, otherSigned) {
                        let product = FusionUnit.product(
                            digits, FusionUnit.digits(of: b, bits: otherBits, isSigned: otherSigned))
                        if product != a * b { wrong += 1 }
                    }
                }
            }
        }
        #expect(wrong == 0)
    }

    /// -100 is 10 01 11 00: the upper digit -2, then 1, 3, 0. -3 of three bits takes two digits: 11 01.
    @Test func digitsAreTakenFromTheLowest() {
        typealias Digit = FusionUnit.Digit
        #expect(FusionUnit.digits(of: -100, bits: 8, isSigned: true) == [
            Digit(field: 0, isSigned: false), Digit(field: 3, isSigned: false), Digit(field: 1, isSigned: false),
            Digit(field: 2, isSigned: true),
        ])
        #expect(FusionUnit.digits(of: -3, bits: 3, isSigned: true) == [
            Digit(field: 1, isSigned: false), Digit(field: 3, isSigned: true),
        ])
        #expect(FusionUnit.digits(of: 3, bits: 2, isSigned: false) == [Digit(field: 3, isSigned: false)])
    }

    /// Zero point 0 is unsigned bricks, the codec's own zero point two's complement without a correction, any other corrected.
    @Test(arguments: [0, 8, 3])
    func zeroPointsOfAllKindsAreExact(_ zero: Int) {
        var product = ProductCase(format: .int8, inner: 1, run: 4, columns: 1, bits: 4)
        product.pixels = [[-77, 127, 53, -128]]
        product.codes = [[2, 15, 13, 0]]
        product.zero = zero
        // sum x q = 2440, sum x = -25.
        let expected = UInt32(bitPattern: Int32(2440 + 25 * zero))
        let engine = FusionArray(rows: 1)
        #expect(structuralAndFast(engine, product) == [[expected], [expected]])
        let (multiply, _) = product.prepare(engine)
        #expect((engine.activity(multiply, shape: nil)[.zeroCorrection] != nil) == (zero == 3))
    }

    /// Groups of 3, 24 and 100 k on tiles of 8 to 128 k: cut where a group ends.
    @Test(arguments: [3, 8, 24, 100])
    func groupsNeedNotBeWholeTiles(_ group: Int) {
        var random = SeededGenerator(UInt64(group))
        for (bits, activationBits) in [(8, 8), (4, 8), (3, 4), (2, 2)] {
            var product = ProductCase(format: .int8, inner: 5, run: 200, columns: 9, bits: bits)
            product.activationBits = activationBits
            product.fill(extremes: false, using: &random)
            product.scaled = true
            product.weightGroup = group
            let groups = (200 + group - 1) / group
            product.weightScales = (0..<9).map { c in (0..<groups).map { Float(c + 1) / Float($0 + 2) } }
            product.zeros = (0..<9).map { c in (0..<groups).map { (7 * c + 3 * $0) % (1 << bits) } }
            let expected = product.expected()
            #expect(structuralAndFast(FusionArray(rows: 8, columns: 4, partialRows: 2), product) == [expected, expected])
        }
    }

    /// Run-time operands, with zero points.
    @Test(arguments: [0, -128, 127])
    func runTimeCodesAreTwosComplement(_ zero: Int) {
        let weights = [-128, -1, 0, 1, 127]
        var product = ProductCase(format: .int8, inner: 1, run: 1, columns: 5, bits: 8)
        product.codes = weights.map { [UInt8(truncatingIfNeeded: $0)] }
        product.zero = zero
        for activation in [-128, 127] {
            product.pixels = [[activation]]
            let expected = weights.map { UInt32(bitPattern: Int32(activation * ($0 - zero))) }
            #expect(structuralAndFast(FusionArray(), product) { $0.codes = .twosComplement } == [expected, expected])
        }
    }

    /// Only a hand-made program has such zero points: they enter modulo 2^32.
    @Test(arguments: [-32768, 32767])
    func zeroPointsOfSixteenBitsAreExact(_ zero: Int) {
        var product = ProductCase(format: .int8, inner: 1, run: 2, columns: 1, bits: 8)
        product.pixels = [[3, -128]]
        product.codes = [[255, 0]]
        product.zero = zero
        let expected = UInt32(bitPattern: Int32(3 * (255 - zero) + 128 * zero))
        #expect(structuralAndFast(FusionArray(), product) == [[expected], [expected]])
    }

    static func multiply(_ shape: Shape, activationBits: Int = 8, zero: Int = 1) -> Multiply {
        var multiply = TimingTests.multiply(shape, .int8)
        multiply.activationBits = activationBits
        multiply.zero = .immediate(zero)
        return multiply
    }

    @Test func occupancyEqualsTheSteppedArray() {
        for (rows, columns, lanes, held) in [(8, 8, 8, 5), (2, 12, 5, 7), (5, 64, 16, 128), (1, 3, 1, 1)] {
            let engine = FusionArray(rows: rows, columns: columns, epilogueLanes: lanes, partialRows: held)
            for (index, shape) in TimingTests.shapes(count: 200, seed: UInt64(rows)).enumerated() {
                let activationBits = index % 8 + 1
                // Bricks of a product: 1, 2 or 4 for each operand.
                let across = [shape.bits, activationBits].map { $0 <= 2 ? 1 : $0 <= 4 ? 2 : 4 }
                for zero in [0, 1 << (shape.bits - 1), 1 << shape.bits] {
                    let leaves = shape.group != nil || zero == 1 << shape.bits
                    let stepped = TimingTests.stepTiles(
                        shape, rows: rows * 16 / (across[0] * across[1]), columns: columns, held: held,
                        lanes: leaves ? lanes : nil, loadedRows: 4 / across[0])
                    let timing = engine.timing(Self.multiply(shape, activationBits: activationBits, zero: zero), shape: nil)
                    #expect(timing.occupancy == stepped, "\(shape)")
                    #expect(timing.occupancyParts.allSatisfy { $0.cycles >= 0 })
                }
            }
        }
    }

    /// 64 x 64 units: 4096 products of 8 by 8 bits per cycle, sixteen times as many of 2 by 2. A tile of the latter has 1024 K
    /// rows, loaded four per cycle, behind 512 rows of activations.
    @Test(arguments: [(8, 8, 4096, 64), (4, 8, 8192, 64), (4, 4, 16384, 128), (2, 2, 65536, 256)])
    func narrowOperandsRunAtTheFusedRate(_ bits: Int, _ activationBits: Int, _ rate: Int, _ firstLoad: Int) {
        let engine = FusionArray(partialRows: 512)
        #expect(engine.peak(weightBits: bits, activationBits: activationBits) == Double(rate))
        let shape = Shape(rows: 512, columns: 256, ky: 1, kx: 1, run: 4096, group: nil, bits: bits)
        let timing = engine.timing(Self.multiply(shape, activationBits: activationBits, zero: 0), shape: nil)
        #expect(timing.occupancy == firstLoad + 512 * 256 * 4096 / rate)
    }

    @Test func latencyCountsRegisters() {
        var shape = Shape(rows: 4, columns: 4, ky: 1, kx: 1, run: 8, group: nil, bits: 4)
        #expect(FusionArray().timing(Self.multiply(shape), shape: nil).latency == 1 + 1 + 4 + 6 + 1 + 1 + 1)
        shape.group = 4
        #expect(FusionArray(rows: 1).timing(Self.multiply(shape), shape: nil).latency == 1 + 1 + 4 + 0 + 1 + 1 + 3)
    }

    /// 10 rows, K 100 in groups of 20, 130 columns: three column blocks. 3 by 5 bits are 2 by 4 digits.
    @Test func activityCountsBricks() {
        let shape = Shape(rows: 10, columns: 130, ky: 1, kx: 1, run: 100, group: 20, bits: 3)
        #expect(FusionArray().activity(Self.multiply(shape, activationBits: 5), shape: nil) == [
            .brickProduct: 130_000 * 8, .activationRead: 3 * 1000, .groupSum: 3 * 1000, .weightRead: 3 * 100 * 24,
            .zeroCorrection: 1300 * 5, .groupScale: 1300 * 5, .accumulatorWrite: 4 * 1300 * 5,
            .accumulatorRead: 4 * 1300 * 4,
        ])
    }
}
