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
}
