import Arch
import Engines
import Testing

/// Dot products worked by hand, through layout, tables and lookups of one array.
struct LookupVectorTests {
    /// Activations and codes of one group, and the scaled result.
    static func dot(_ a: [Int], _ codes: [UInt8], bits: Int, bipolar: Bool = false, zero: Int = 0) -> [Int32] {
        var product = ProductCase(
            format: .exactTables, inner: 1, run: a.count, columns: 1, bits: bits, bipolar: bipolar)
        product.pixels = [a]
        product.codes = [codes]
        product.zero = zero
        let engine = LUTTensorCore(arrays: 1)
        return [true, false].map { structural in
            let (multiply, pads) = product.prepare(engine)
            if structural {
                engine.multiplyStructurally(multiply, shape: nil, memory: pads.memory)
            } else {
                engine.multiply(multiply, shape: nil, memory: pads.memory)
            }
            return Int32(bitPattern: pads.words(multiply)[0])
        }
    }

    @Test func fourBitOffsetBinary() {
        // acc 111, z' = 1, sum A = 7: (111 - 7) / 2 = 52, times s = 0.5 is 26.
        #expect(Self.dot([3, -5, 7, 2], [13, 0, 7, 10], bits: 4, bipolar: true) == [111, 111])
        #expect(Self.dot([3, -5, 7, 2], [13, 0, 7, 10], bits: 4, zero: 8) == [52, 52])
    }

    @Test func ternary() {
        #expect(Self.dot([3, -5, 7, 2], [0, 1, 2, 2], bits: 2, bipolar: true) == [5, 5])
        #expect(Self.dot([3, -5, 7, 2], [0, 1, 2, 2], bits: 2, zero: 1) == [6, 6])
    }

    @Test func extremeActivations() {
        #expect(Self.dot([-128, 127, 64, -1], [0, 3, 2, 1], bits: 2, bipolar: true) == [830, 830])
    }

    @Test func storedNibblesOfTheFourBitGroup() {
        let engine = LUTTensorCore(arrays: 1)
        let bytes = engine.layOut(codes: [13, 0, 7, 10], columns: 1, depth: 4, weightBits: 4)
        #expect(bytes.count == 128)
        #expect((0..<4).map { bytes[32 * $0] & 15 } == [0b1011, 0b1100, 0b1011, 0b0111])
    }

    @Test func quantisedTableSumsIntegers() {
        var product = ProductCase(format: .tablesPerTable, inner: 1, run: 4, columns: 1, bits: 2, bipolar: true)
        product.tableCodes = [[[-48, -127, -31, -109, 57, -22, 74, -4]]]
        product.codes = [[2, 3, 1, 0]]
        let engine = LUTTensorCore(arrays: 1, tables: .int8PerTable)
        let (multiply, pads) = product.prepare(engine)
        engine.multiplyStructurally(multiply, shape: nil, memory: pads.memory)
        #expect(Int32(bitPattern: pads.words(multiply)[0]) == -257)
    }

    @Test func quantisedTableScalesOntoTheRunningSum() {
        var product = ProductCase(format: .tablesPerTable, inner: 1, run: 4, columns: 1, bits: 2, bipolar: true)
        product.tableCodes = [[[-48, -127, -31, -109, 57, -22, 74, -4]]]
        product.codes = [[2, 3, 1, 0]]
        product.scaled = true
        product.activationGroup = 4
        product.activationScales = [[7.25 / 127]]
        let engine = LUTTensorCore(arrays: 1, tables: .int8PerTable)
        var (multiply, pads) = product.prepare(engine)
        multiply.accumulate = true
        pads.memory.accumulators.storeBytes(
            of: Float(10).bitPattern, toByteOffset: multiply.accumulators, as: UInt32.self)
        engine.multiply(multiply, shape: nil, memory: pads.memory)
        let result = Float(bitPattern: pads.words(multiply)[0])
        // The unquantised dot product is -4.75.
        #expect(abs(result - -4.67126) < 1e-4)
    }

    /// ceil(4096 / k) tables of B planes; M, N and the other registers as with k = 4.
    @Test(arguments: [(1, 4096), (2, 2048), (3, 1366), (4, 1024), (5, 820), (6, 683)], [1, 2, 3, 4])
    func oneArrayTakesAPlaneOfEachTablePerCycle(_ tables: (k: Int, count: Int), _ bits: Int) {
        let multiply = Multiply(
            engine: 0, activations: LocalAddress(.tables, 0), activationFormat: .exactTables,
            innerRows: .init(count: 2), run: 4096, weights: 0, weightBits: bits, codes: .offset, zero: .immediate(0),
            columns: 64, accumulators: 0, accumulatorPitch: 256, accumulate: false, output: .integer)
        let engine = LUTTensorCore(k: tables.k, arrays: 1)
        let timing = engine.timing(multiply, shape: nil)
        // 2 * 64 * 4096 products of B planes on 2 * 64 * k one-bit products per cycle; the last table may not be full.
        let ideal = (4096 * bits + tables.k - 1) / tables.k
        #expect(timing.occupancyParts.map(\.cycles) == [ideal, tables.count * bits - ideal, 0, 0])
        #expect(timing.occupancy == tables.count * bits)
        // Operands, lookup, sum, zero correction, integer accumulate; the second row.
        #expect(timing.latencyParts.map(\.cycles) == [1, 1, 1, 1, 1, 1])
        #expect(engine.peak(weightBits: bits) == 128 * Double(tables.k) / Double(bits))
    }

    @Test(arguments: [1, 2, 4, 8])
    func oneArrayTakesAPlanePerCycle(_ bits: Int) {
        var product = ProductCase(format: .exactTables, inner: 2, run: 4096, columns: 64, bits: bits)
        var random = SeededGenerator(1)
        product.fill(extremes: false, using: &random)
        let engine = LUTTensorCore(arrays: 1)
        let timing = engine.timing(product.prepare(engine).0, shape: nil)
        #expect(timing.occupancy == bits * 1024)
        #expect(timing.latency == 4 + 2)
        #expect(engine.peak(weightBits: bits) == 512 / Double(bits))
    }

    struct Planes: Sendable {
        var a: [Int]
        var codes: [Int]
        /// Index, stored, lookup and running sum of each plane.
        var planes: [[Int]]
    }

    static let worked = [
        Planes(
            a: [3, -5, 7, 2], codes: [13, 0, 7, 10],
            planes: [
                [0b0101, 0b1011, 13, 13], [0b1100, 0b1100, 11, 35], [0b0101, 0b1011, 13, 87], [0b1001, 0b0111, 3, 111],
            ]),
        Planes(a: [3, -5, 7, 2], codes: [0, 1, 2, 2], planes: [[0b0010, 0b0010, -17, -17], [0b1100, 0b1100, 11, 5]]),
        Planes(
            a: [-128, 127, 64, -1], codes: [0, 3, 2, 1], planes: [[0b1010, 0b1010, 190, 190], [0b0110, 0b0110, 320, 830]]),
    ]

    @Test(arguments: worked) func everyPlaneHasItsLookup(_ group: Planes) {
        let half = LookupTable.half(group.a)
        var sum = 0
        for (plane, expected) in group.planes.enumerated() {
            let index = group.codes.indices.reduce(0) { $0 | ((group.codes[$1] >> plane) & 1) << $1 }
            let stored = LookupTable.fold(index, groupLength: 4)
            let entry = LookupTable.lookUp(stored, in: half)
            sum += entry << plane
            #expect([index, stored, entry, sum] == expected)
        }
    }

    /// The paper's figures have W3 beside the first activation: the order of the group reversed.
    @Test func paperBitOrderIsTheReversedGroup() {
        #expect(Array(LookupTable.full([2, 7, -5, 3])[..<8]) == [-7, -3, 7, 11, -17, -13, -3, 1])
    }

    /// 1.5, -2.25, 0.5, 3; codes 2, 3, 1, 0; from 10: 3.75, then -4.75. Every sum is exact.
    @Test func halfPrecisionTableOfTwoPlanes() {
        let table = [-2.75, -7.25, -1.75, -6.25, 3.25, -1.25, 4.25, -0.25]
        #expect(LookupTable.half([6, -9, 2, 12]).map { Double($0) / 4 } == table)
        let half: [UInt16] = [0xC180, 0xC740, 0xBF00, 0xC640, 0x4280, 0xBD00, 0x4440, 0xB400]
        let codes = [2, 3, 1, 0]
        let scaled: [UInt16] = [0xC640, 0xC840]
        let sums: [UInt16] = [0x4380, 0xC4C0]
        var sum: UInt16 = 0x4900
        for plane in 0..<2 {
            let index = codes.indices.reduce(0) { $0 | ((codes[$1] >> plane) & 1) << $1 }
            let term = FloatLookup.lookUp(LookupTable.fold(index, groupLength: 4), in: half, plane: plane)
            #expect(term == scaled[plane])
            sum = FloatLookup.sum(sum, term)
            #expect(sum == sums[plane])
        }
    }

    /// 4 * 128 and 4 * 127; four arrays at two bits are 1024 products per cycle.
    @Test func entriesOfInt8TablesAreBounded() {
        func greatest(_ levels: [Int]) -> Int {
            (0..<16).flatMap { i in LookupTable.half((0..<4).map { levels[(i >> $0) & 1] }) }.map { abs($0) }.max() ?? 0
        }
        #expect(greatest([-128, 127]) == 512 && greatest([-127, 127]) == 508)
        #expect(LUTTensorCore(arrays: 4).peak(weightBits: 2) == 1024)
    }

    /// Bipolar by bipolar: -8; rows of 2-bit codes: raw -771, sum of activations -607, dot -164; two trit planes.
    @Test func publishedLowBitDots() {
        #expect(Self.dot([-1, 3, 1, -3], [5, 0, 7, 2], bits: 3, bipolar: true) == [-8, -8])
        let a = (0..<128).map { $0 * 13 % 255 - 127 }
        let codes = (0..<128).map { UInt8($0 * 7 % 3) }
        #expect(a.reduce(0, +) == -607)
        #expect(Self.dot(a, codes, bits: 2, zero: 0) == [-771, -771])
        #expect(Self.dot(a, codes, bits: 2, zero: 1) == [-164, -164])
        #expect(Self.dot([4, 3, -2, 5], [2, 0, 1, 2], bits: 2, zero: 1) == [6, 6])
        #expect(Self.dot([4, 3, -2, 5], [0, 2, 2, 1], bits: 2, zero: 1) == [-3, -3])
    }

    /// Binary codes with scales .75 and .25 and an offset .125; activations doubled to be whole: 1.4375.
    @Test func publishedBinaryCodedDot() {
        let table = LookupTable.full([6, -2, 4, 1, -8, 2, -4, 12])
        #expect([table[0x4D], table[0xD4], table[255]] == [3, -3, 11])
        #expect(0.75 * Double(table[0x4D]) + 0.25 * Double(table[0xD4]) + 0.125 * Double(table[255]) == 2 * 1.4375)
    }
}
