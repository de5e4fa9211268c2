import Arch
import Engines
import Testing

/// Structural and fast arithmetic against the definition, on products of any shape.
struct ProductTests {
    static let engines: [(engine: any Engine, formats: [Multiply.Activations])] = [
        (MACArray(rows: 16, columns: 12, partialRows: 3), [.int8, .uint8]),
        (MACArray(), [.int8]),
        (DSPChain(), [.int8, .uint8]),
        (DSPChain(rows: 4, chainLength: 6, columns: 3, vectorColumns: 5, adjustDepth: 4, lspBits: 3), [.int8, .uint8]),
        (DSPChain().dealt(over: 3), [.int8]),
        (DSPChain(rows: 4, chainLength: 6, columns: 3, vectorColumns: 5, adjustDepth: 4).dealt(over: 3), [.int8, .uint8]),
        (DSPChain(rows: 6, chainLength: 4, columns: 2, vectorColumns: 3).dealt(over: 2), [.uint8]),
        (MixPEArray(), [.int8, .uint8]),
        (MixPEArray(rows: 5, columns: 12, signs: .twosComplement, epilogueLanes: 3, partialRows: 2), [.int8, .uint8]),
        (MixPEArray(rows: 16, columns: 14, signs: .signMagnitude, partialRows: 5), [.int8, .uint8]),
        (MixPEArray(rows: 7, columns: 8, bitsPerElement: 2, signs: .twosComplement), [.int8, .uint8]),
        (MixPEArray(rows: 9, columns: 16, bitsPerElement: 1, signs: .signMagnitude), [.int8, .uint8]),
        (MixPEArray(rows: 8, columns: 3, bitsPerElement: 8), [.int8, .uint8]),
        (BitSerialArray(), [.int8, .uint8]),
        (BitSerialArray(rows: 3, columns: 5, lanes: 7, epilogueLanes: 2), [.int8, .uint8]),
        (FusionArray(rows: 5, columns: 6, epilogueLanes: 4, partialRows: 2), [.int8, .uint8]),
        (FusionArray(), [.int8, .uint8]),
        (LUTTensorCore(m: 2, n: 8, arrays: 4), [.exactTables]),
        (LUTTensorCore(m: 3, n: 7, arrays: 6), [.exactTables]),
        (LUTTensorCore(m: 2, n: 16, arrays: 2, tables: .int8PerTable), [.tablesPerTable]),
        (LUTTensorCore(tables: .int8Per64), [.tablesPer64]),
        (LUTTensorCore(m: 2, n: 9, arrays: 2, symmetric: false), [.exactFullTables]),
        (LUTTensorCore(m: 3, n: 8, arrays: 1, tables: .int8PerTable, symmetric: false), [.fullTablesPerTable]),
        (LUTTensorCore(arrays: 4, tables: .int8Per64, symmetric: false), [.fullTablesPer64]),
    ] + (1...6).flatMap { k in
        [
            (LUTTensorCore(m: 2, n: 7 + k, k: k, arrays: 2), [.exactTables]),
            (LUTTensorCore(m: 3, n: 8, k: k, arrays: 1, symmetric: false), [.exactFullTables]),
            (LUTTensorCore(m: 2, n: 5, k: k, arrays: 4, tables: .int8PerTable), [.tablesPerTable]),
            (LUTTensorCore(n: 9, k: k, arrays: 2, tables: .int8PerTable, symmetric: false), [.fullTablesPerTable]),
        ]
    } + [1, 2].map { k in (LUTTensorCore(n: 10, k: k, arrays: 3, tables: .int8Per64), [.tablesPer64]) }

    @Test(arguments: engines.indices)
    func structureAndKernelEqualTheDefinition(_ index: Int) {
        let (engine, formats) = Self.engines[index]
        for format in formats {
            for seed in 0..<400 {
                let product = ProductCase.random(
                    format, length: engine.tableFormat?.length ?? 4, seed: UInt64(seed))
                let expected = product.expected()
                for shape in Self.shapes(engine, product) {
                    let (multiply, structural) = product.prepare(engine)
                    engine.multiplyStructurally(multiply, shape: shape, memory: structural.memory)
                    #expect(structural.words(multiply) == expected, "structural, \(engine.summary), seed \(seed)")
                    let (_, fast) = product.prepare(engine)
                    engine.multiply(multiply, shape: shape, memory: fast.memory)
                    #expect(fast.words(multiply) == expected, "fast, \(engine.summary), seed \(seed)")
                    expectDecoded(product, engine, shape, expected, "decoded, \(engine.summary), seed \(seed)")
                }
            }
        }
    }

    /// Decoded weights give the same bits when the weight space holds something else, again and again, also when they were
    /// decoded beside activations that are all zero.
    private func expectDecoded(
        _ product: ProductCase, _ engine: any Engine, _ shape: LookupShape?, _ expected: [UInt32], _ comment: Comment
    ) {
        for hasActivations in [true, false] {
            let (multiply, core) = product.prepare(engine)
            let sums = Array(core.memory.accumulators)
            let activations = core.memory[multiply.activations.space]
            let codes = Array(activations)
            if !hasActivations { activations.initializeMemory(as: UInt8.self, repeating: 0) }
            guard let decoded = engine.decoded(
                multiply, shape: shape, memory: core.memory, store: DecodedStore(limit: 1 << 30))
            else { return }
            activations.copyBytes(from: codes)
            core.memory.weights.initializeMemory(as: UInt8.self, repeating: 0xA5)
            for _ in 0..<2 {
                core.memory.accumulators.copyBytes(from: sums)
                decoded.execute(core.memory, ScratchBytes())
                #expect(core.words(multiply) == expected, comment)
            }
        }
    }

    static func shapes(_ engine: any Engine, _ product: ProductCase) -> [LookupShape?] {
        let shapes = engine.shapes(rows: product.rows, columns: product.columns)
        return shapes.isEmpty ? [nil] : Array(Set([shapes.first, shapes.last]))
    }

    @Test(arguments: [Multiply.Activations.int8, .exactTables, .tablesPer64])
    func aMillionDotProductsAgree(_ format: Multiply.Activations) {
        let engine: any Engine = format == .int8 ? MACArray()
            : LUTTensorCore(tables: format == .exactTables ? .exact : .int8Per64)
        var dots = 0
        for (index, bits) in [1, 2, 3, 4, 6, 8].enumerated() {
            var random = SeededGenerator(UInt64(900 + index))
            var product = ProductCase(format: format, inner: 512, run: 5 + 3 * index, columns: 400, bits: bits)
            product.zero = (1 << bits) / 2
            product.fill(extremes: index == 1, using: &random)
            let (multiply, structural) = product.prepare(engine)
            engine.multiplyStructurally(multiply, shape: nil, memory: structural.memory)
            let (_, fast) = product.prepare(engine)
            engine.multiply(multiply, shape: nil, memory: fast.memory)
            let words = fast.words(multiply)
            #expect(words == structural.words(multiply))
            #expect(words == product.expected())
            dots += words.count
        }
        #expect(dots >= 1_000_000)
    }

    /// 4096 + k seeded activations per row, so that the last table of most lengths is not full.
    @Test(arguments: 1...6, [1, 2, 3, 4])
    func longDotProductsOfEveryLengthAgree(_ length: Int, _ bits: Int) {
        var random = SeededGenerator(UInt64(100 * length + bits))
        var product = ProductCase(
            format: .exactTables, length: length, inner: 3, run: 4096 + length, columns: 70, bits: bits)
        product.zero = 1 << (bits - 1)
        product.fill(extremes: false, using: &random)
        let engine = LUTTensorCore(k: length, arrays: 2)
        let (multiply, structural) = product.prepare(engine)
        engine.multiplyStructurally(multiply, shape: nil, memory: structural.memory)
        let (_, fast) = product.prepare(engine)
        engine.multiply(multiply, shape: nil, memory: fast.memory)
        let expected = product.expected()
        #expect(fast.words(multiply) == expected)
        #expect(structural.words(multiply) == expected)
    }

    @Test(arguments: 1...8)
    func longSumsOfExtremesAreExact(_ bits: Int) {
        for bipolar in [false, true] {
            let engines: [(Multiply.Activations, any Engine)] = [
                (.exactTables, LUTTensorCore()), (.uint8, MACArray()), (.uint8, DSPChain()),
                (.uint8, BitSerialArray()), (.uint8, FusionArray()),
            ] + WeightSigns.allCases.map { (.uint8, MixPEArray(signs: $0)) }
            for (format, engine) in engines {
                var product = ProductCase(format: format, inner: 2, run: 4096, columns: 3, bits: bits, bipolar: bipolar)
                let low = format == .uint8 ? 255 : -128
                product.pixels = [[Int](repeating: low, count: 4096), (0..<4096).map { $0 % 2 == 0 ? low : 127 }]
                let top = UInt8((1 << bits) - 1)
                product.codes = [
                    [UInt8](repeating: top, count: 4096), [UInt8](repeating: 0, count: 4096),
                    (0..<4096).map { $0 % 2 == 0 ? top : 0 },
                ]
                product.zero = (1 << bits) - 256
                let expected = product.expected()
                for structural in [false, true] {
                    let (multiply, pads) = product.prepare(engine)
                    if structural {
                        engine.multiplyStructurally(multiply, shape: nil, memory: pads.memory)
                    } else {
                        engine.multiply(multiply, shape: nil, memory: pads.memory)
                    }
                    #expect(pads.words(multiply) == expected)
                }
            }
        }
    }

    /// Big enough for several threads.
    @Test func threadsDoNotChangeBits() {
        let engines: [(Multiply.Activations, any Engine)] = [
            (.exactTables, LUTTensorCore()), (.int8, MACArray()), (.int8, DSPChain()), (.int8, MixPEArray()),
        ]
        for (format, engine) in engines {
            var random = SeededGenerator(77)
            var product = ProductCase(format: format, inner: 70, run: 1024, columns: 100, bits: 4)
            product.scaled = true
            product.weightGroup = 128
            product.fill(extremes: false, using: &random)
            product.weightScales = (0..<100).map { c in (0..<8).map { Float(c + 1) / Float($0 + 3) } }
            product.zero = 8
            let (multiply, pads) = product.prepare(engine)
            engine.multiply(multiply, shape: nil, memory: pads.memory)
            #expect(pads.words(multiply) == product.expected())
        }
    }
}
