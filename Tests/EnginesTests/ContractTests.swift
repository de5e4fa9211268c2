import Arch
import Engines
import Formats
import Testing

/// What every engine of the catalogue owes the protocol.
struct ContractTests {
    static let specifications: [EngineSpecification] =
        Catalog.kinds.map { EngineSpecification(kind: $0) } + [
            EngineSpecification(
                kind: "mac", parameters: ["rows": .integer(7), "columns": .integer(9), "partialRows": .integer(2)]),
            EngineSpecification(kind: "mac", parameters: ["operands": .text("fp16")]),
            EngineSpecification(
                kind: "mac",
                parameters: ["operands": .text("fp16"), "rows": .integer(16), "columns": .integer(9), "partialRows": .integer(2)]),
            EngineSpecification(kind: "mac", parameters: ["operands": .text("fp8"), "rows": .integer(48)]),
            EngineSpecification(
                kind: "mac", parameters: ["operands": .text("fp16-dequantise-first"), "dequantiseLanes": .integer(3)]),
            EngineSpecification(
                kind: "lut-tc", parameters: ["m": .integer(3), "n": .integer(5), "arrays": .integer(3)]),
            EngineSpecification(
                kind: "dsp-chain",
                parameters: ["rows": .integer(6), "chainLength": .integer(10), "vectorColumns": .integer(5)]),
            EngineSpecification(kind: "dsp-chain", parameters: ["overflowAdjust": .flag(false)]),
            EngineSpecification(kind: "mixpe", parameters: ["signs": .text("twosComplement")]),
            EngineSpecification(kind: "mixpe", parameters: ["operands": .text("fp16")]),
            EngineSpecification(
                kind: "mixpe",
                parameters: ["operands": .text("fp16-terms"), "rows": .integer(16), "partialRows": .integer(2)]),
            EngineSpecification(
                kind: "mixpe",
                parameters: [
                    "signs": .text("signMagnitude"), "rows": .integer(7), "columns": .integer(12),
                    "bitsPerElement": .integer(2), "epilogueLanes": .integer(2), "partialRows": .integer(3),
                ]),
            EngineSpecification(kind: "olive", parameters: ["rows": .integer(6), "columns": .integer(10)]),
            EngineSpecification(
                kind: "olive", parameters: ["wideOutliers": .text("e2m5"), "epilogueLanes": .integer(3)]),
            EngineSpecification(
                kind: "ant", parameters: ["rows": .integer(6), "columns": .integer(10), "epilogueLanes": .integer(3)]),
            EngineSpecification(
                kind: "olaccel",
                parameters: [
                    "rows": .integer(6), "columns": .integer(5), "outlierLanes": .integer(2), "epilogueLanes": .integer(2),
                    "partialRows": .integer(3),
                ]),
            EngineSpecification(
                kind: "gobo", parameters: ["rows": .integer(3), "columns": .integer(80), "indexBits": .integer(4), "multipliers": .integer(7)]),
            EngineSpecification(
                kind: "bit-serial",
                parameters: ["rows": .integer(3), "columns": .integer(7), "lanes": .integer(5), "epilogueLanes": .integer(2)]),
            EngineSpecification(
                kind: "bitfusion",
                parameters: ["rows": .integer(3), "columns": .integer(7), "epilogueLanes": .integer(2), "partialRows": .integer(3)]),
            EngineSpecification(kind: "lut-tc", parameters: ["tables": .text("int8-per-64")]),
            EngineSpecification(kind: "lut-tc", parameters: ["tables": .text("int8-per-table")]),
            EngineSpecification(kind: "lut-tc", parameters: ["symmetric": .flag(false)]),
            EngineSpecification(
                kind: "lut-tc", parameters: ["symmetric": .flag(false), "tables": .text("int8-per-table")]),
            EngineSpecification(
                kind: "lut-tc", parameters: ["symmetric": .flag(false), "tables": .text("int8-per-64")]),
        ] + (1...6).flatMap { k in
            ["exact", "int8-per-table"].flatMap { tables in
                [true, false].map { symmetric in
                    EngineSpecification(
                        kind: "lut-tc",
                        parameters: [
                            "k": .integer(k), "n": .integer(2 * k + 1), "tables": .text(tables),
                            "symmetric": .flag(symmetric),
                        ])
                }
            }
        } + [1, 2].map { k in
            EngineSpecification(kind: "lut-tc", parameters: ["k": .integer(k), "tables": .text("int8-per-64")])
        }

    @Test(arguments: specifications)
    func engineObeysItsProtocol(_ specification: EngineSpecification) throws {
        let engine = try Catalog.engine(specification)
        #expect(engine.kind == specification.kind)
        #expect(!engine.summary.isEmpty && !engine.summary.contains("\n"))
        #expect(!engine.rtl.top.isEmpty)
        #expect(engine.columnBlock > 0 && engine.depthBlock > 0)
        checkParameters(engine, specification)
        for seed in 0..<60 { checkProduct(engine, seed: UInt64(seed)) }
    }

    /// The listed parameters are those that the catalogue accepts, and rebuild the engine.
    func checkParameters(_ engine: any Engine, _ specification: EngineSpecification) {
        let listed = engine.parameters
        #expect(Set(listed.map(\.name)).count == listed.count)
        #expect(listed.allSatisfy { !$0.meaning.isEmpty })
        let values = listed.map { parameter -> (String, EngineSpecification.Value) in
            if let number = Int(parameter.value) { return (parameter.name, .integer(number)) }
            if let flag = Bool(parameter.value) { return (parameter.name, .flag(flag)) }
            return (parameter.name, .text(parameter.value))
        }
        let again = try? Catalog.engine(
            EngineSpecification(kind: engine.kind, parameters: Dictionary(uniqueKeysWithValues: values)))
        #expect(again?.parameters == listed)
        #expect(again?.rtl == engine.rtl)
    }

    func checkProduct(_ engine: any Engine, seed: UInt64) {
        if let engine = engine as? GoboArray {
            return check(Prepared(CentroidCase.random(columns: engine.columns, seed: seed), engine), engine)
        }
        let format: Multiply.Activations =
            switch engine.tableFormat?.entries {
            case nil: seed % 2 == 0 ? .int8 : .uint8
            case .exact: .exactTables
            case .int8PerTable: .tablesPerTable
            case .int8Per64: .tablesPer64
            case .exactFull: .exactFullTables
            case .int8PerTableFull: .fullTablesPerTable
            case .int8Per64Full: .fullTablesPer64
            }
        let product = ProductCase.random(
            format, length: engine.tableFormat?.length ?? 1, seed: seed, maximumRun: 20, maximumColumns: 80)
        let pairs = Codec.outlierVictim(.int4)
        let takesPairs = engine.support(ProductFormat(activations: pairs, weights: pairs)) == .native
        check(takesPairs ? Prepared(PairProduct.random(engine, seed: seed), engine) : Prepared(product, engine), engine)
    }

    /// An instruction on two memories.
    struct Prepared {
        var multiply: Multiply
        var first: Scratchpads
        var second: Scratchpads
        /// K as laid out.
        var depth: Int

        init(_ product: ProductCase, _ engine: any Engine) {
            (multiply, first) = product.prepare(engine)
            (_, second) = product.prepare(engine)
            depth = product.depth
        }

        init(_ product: CentroidCase, _ engine: GoboArray) {
            (multiply, first) = product.prepare(engine)
            (_, second) = product.prepare(engine)
            depth = product.depth
        }

        init(_ product: PairProduct, _ engine: any Engine) {
            (multiply, first) = product.prepare(engine)
            (_, second) = product.prepare(engine)
            depth = product.depth
        }
    }

    func check(_ product: Prepared, _ engine: any Engine) {
        let (multiply, first, second) = (product.multiply, product.first, product.second)
        let shapes = engine.shapes(rows: multiply.rows, columns: multiply.columns)
        #expect(shapes.isEmpty == (engine.tableFormat == nil))
        // What is stored of a weight, where a list beside it holds the rest.
        let listsOutliers = (engine as? any OutlierEngine)?.listsOutliers(weightBits: multiply.weightBits) ?? false
        #expect(engine.weightBytes(depth: product.depth, weightBits: multiply.weightBits) * 8
            >= product.depth * engine.columnBlock * (listsOutliers ? min(4, multiply.weightBits) : multiply.weightBits))
        engine.multiply(multiply, shape: shapes.first, memory: first.memory)
        engine.multiplyStructurally(multiply, shape: shapes.last, memory: second.memory)
        #expect(first.words(multiply) == second.words(multiply))
        let timing = engine.timing(multiply, shape: shapes.first)
        #expect(timing.occupancy > 0 && timing.latency > 0)
        #expect((timing.occupancyParts + timing.latencyParts).allSatisfy { $0.cycles >= 0 && !$0.name.isEmpty })
        let peak = engine.peak(weightBits: multiply.weightBits, activationBits: multiply.activationBits)
        let work = Double(multiply.rows * multiply.columns * multiply.depth) / peak
        #expect(Double(timing.occupancy) >= work)
        let activity = engine.activity(multiply, shape: shapes.first)
        #expect(activity.values.allSatisfy { $0 > 0 })
        #expect((activity[.accumulatorWrite] ?? 0) >= 4 * multiply.rows * multiply.columns)
    }
}
