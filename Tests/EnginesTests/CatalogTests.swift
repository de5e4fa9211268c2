import Arch
import Diagnostics
import Engines
import Formats
import Testing

struct CatalogTests {
    static func fields(_ kind: String, _ parameters: [String: EngineSpecification.Value]) -> [String] {
        do {
            _ = try Catalog.engine(EngineSpecification(kind: kind, parameters: parameters))
            return []
        } catch {
            return error.all.map { "\($0.node ?? "?").\($0.field ?? "?")" }
        }
    }

    @Test func everyWrongParameterIsReported() {
        #expect(Self.fields("npu", [:]) == ["npu.kind"])
        #expect(Self.fields("mac", ["rows": .integer(0), "columns": .text("64"), "speed": .integer(1)])
            == ["mac.columns", "mac.rows", "mac.speed"])
        #expect(Self.fields("mac", ["rows": .integer(Int.max), "epilogueLanes": .flag(true)])
            == ["mac.rows", "mac.epilogueLanes"])
        #expect(Self.fields("mac", ["operands": .text("fp16"), "rows": .integer(24)]) == ["mac.rows"])
        #expect(Self.fields("mac", ["operands": .text("fp32"), "rows": .integer(32)]) == ["mac.operands"])
        #expect(Self.fields("mac", ["dequantiseLanes": .integer(0)]) == ["mac.dequantiseLanes"])
        #expect(Self.fields("lut-tc", ["tables": .text("int4"), "k": .integer(7), "symmetric": .integer(1)])
            == ["lut-tc.k", "lut-tc.tables", "lut-tc.symmetric"])
        #expect(Self.fields("lut-tc", ["tables": .text("int8-per-64"), "m": .integer(4)]) == [])
        #expect(Self.fields("dsp-chain", ["rows": .integer(5), "chainLength": .integer(3), "lspBits": .integer(10)])
            == ["dsp-chain.rows", "dsp-chain.chainLength", "dsp-chain.lspBits"])
        #expect(Self.fields("dsp-chain", ["rows": .integer(8), "vectorColumns": .integer(9)]) == ["dsp-chain.vectorColumns"])
        #expect(Self.fields("dsp-chain", ["rows": .integer(8), "vectorColumns": .integer(8)]) == [])
        #expect(Self.fields("mixpe", ["bitsPerElement": .integer(3), "signs": .text("two"), "columns": .integer(5)])
            == ["mixpe.bitsPerElement", "mixpe.columns", "mixpe.signs"])
        #expect(Self.fields("mixpe", ["operands": .text("fp16"), "rows": .integer(24)]) == ["mixpe.rows"])
        #expect(Self.fields("mixpe", ["operands": .text("fp16-exact"), "rows": .integer(16)]) == ["mixpe.operands"])
        #expect(Self.fields("mixpe", ["bitsPerElement": .integer(8), "columns": .integer(5)]) == [])
        #expect(Self.fields("olive", ["rows": .integer(3), "wideOutliers": .text("e5m2"), "survivor": .text("right")])
            == ["olive.rows", "olive.wideOutliers", "olive.survivor"])
        #expect(Self.fields("olive", ["rows": .integer(6), "columns": .integer(2)]) == [])
        #expect(Self.fields("ant", ["rows": .integer(5), "wideCodes": .text("int8"), "activationType": .flag(true)])
            == ["ant.rows", "ant.wideCodes", "ant.activationType"])
        #expect(Self.fields("olaccel", ["rows": .integer(3), "outlierLanes": .integer(0), "assumedOutliers": .integer(1001)])
            == ["olaccel.rows", "olaccel.outlierLanes", "olaccel.assumedOutliers"])
        #expect(Self.fields("gobo", ["indexBits": .integer(5), "multipliers": .integer(0), "outlierLogProbability": .text("-4")])
            == ["gobo.indexBits", "gobo.multipliers", "gobo.outlierLogProbability"])
        #expect(Self.fields("bit-serial", ["lanes": .integer(0), "rows": .flag(true)])
            == ["bit-serial.rows", "bit-serial.lanes"])
        #expect(Self.fields("bitfusion", ["bricks": .integer(16), "partialRows": .integer(0)])
            == ["bitfusion.partialRows", "bitfusion.bricks"])
        for k in 1...6 {
            #expect(Self.fields("lut-tc", ["k": .integer(k), "tables": .text("int8-per-table")]) == [])
            // Tables of 3, 5 or 6 activations do not fill a group of 64.
            let shared = Self.fields("lut-tc", ["k": .integer(k), "tables": .text("int8-per-64")])
            #expect(shared == (64 % k == 0 ? [] : ["lut-tc.k"]))
        }
    }

    @Test func variantsAreTheOptionsOneAtATime() throws {
        func parameters(_ kind: String, _ base: [String: EngineSpecification.Value] = [:]) throws
            -> [[String: EngineSpecification.Value]]
        {
            let variants = try Catalog.variants(of: kind, base: base)
            #expect(variants.allSatisfy { $0.kind == kind })
            return variants.map(\.parameters)
        }
        #expect(try parameters("lut-tc") == [
            [:], ["tables": .text("int8-per-table")], ["tables": .text("int8-per-64")], ["symmetric": .flag(false)],
        ])
        // Tables of 3 activations cannot share a scale over 64; the value in force is no variant.
        #expect(try parameters("lut-tc", ["k": .integer(3), "symmetric": .flag(false)]) == [
            ["k": .integer(3), "symmetric": .flag(false)],
            ["k": .integer(3), "symmetric": .flag(false), "tables": .text("int8-per-table")],
            ["k": .integer(3), "symmetric": .flag(true)],
        ])
        #expect(throws: Diagnostics.self) { _ = try Catalog.variants(of: "npu") }
        #expect(throws: Diagnostics.self) { _ = try Catalog.variants(of: "mac", base: ["rows": .integer(0)]) }
    }

    @Test func parametersReachTheEngine() throws {
        let mac = try Catalog.engine(
            EngineSpecification(kind: "mac", parameters: ["rows": .integer(32), "columns": .integer(16)]))
        #expect(mac.peak(weightBits: 8) == 512)
        #expect(mac.rtl.parameters["EpilogueLanes"] == 16)
        let lookup = try Catalog.engine(
            EngineSpecification(
                kind: "lut-tc", parameters: ["arrays": .integer(2), "tables": .text("int8-per-table")]))
        #expect(lookup.peak(weightBits: 2) == 512)
        #expect(lookup.tableFormat == TableFormat(.int8PerTable, length: 4))
        let three = try Catalog.engine(EngineSpecification(kind: "lut-tc", parameters: ["k": .integer(3)]))
        #expect(three.depthBlock == 3 && three.peak(weightBits: 2) == 64 * 2 * 64 * 3 / 2.0)
        #expect(three.summary.contains("M2N64K3"))
        #expect(three.rtl.parameters["TileK"] == 3 && three.rtl.parameters["TableEntries"] == 4)
    }

    @Test func supportOfTheArray() {
        let mac = MACArray()
        for weights in Codec.all {
            let native = weights.bits <= 8 && weights.isInteger && weights.pairs == nil && !weights.hasGaps
            let support = mac.support(ProductFormat(activations: .int8, weights: weights))
            #expect((support == .native) == native, "\(weights)")
        }
        #expect(mac.support(ProductFormat(activations: .int8, weights: .int8, runtimeWeights: true)) == .native)
        #expect(mac.support(ProductFormat(activations: .float32, weights: .int8)) != .native)
        #expect(mac.support(ProductFormat(activations: .int8, weights: .ternary, runtimeWeights: true)) != .native)
    }

    @Test func supportOfLookups() {
        let exact = LUTTensorCore()
        let rounded = LUTTensorCore(tables: .int8Per64)
        let toTables = Support.viaConversion(.quantisedTables(.per64Activations(length: 4)))
        let w2 = Codec.signed(bits: 2)
        #expect(exact.support(ProductFormat(activations: .uint8, weights: w2, activationZero: true)) == .native)
        #expect(rounded.support(ProductFormat(activations: .int8, weights: w2)) == toTables)
        #expect(rounded.support(ProductFormat(activations: .float32, weights: .ternary)) == toTables)
        guard case .unsupported(let reason) = LUTTensorCore(k: 6, tables: .int8Per64).support(
            ProductFormat(activations: .int8, weights: w2))
        else { return #expect(Bool(false), "tables of 6 activations cannot share a scale over 64") }
        #expect(reason.contains("6 activations"))
        for format in [
            ProductFormat(activations: .int8, weights: w2, runtimeWeights: true),
            ProductFormat(activations: .float32, weights: w2),
            ProductFormat(activations: .int8, weights: .signed(bits: 9)),
            ProductFormat(activations: .signed(bits: 16), weights: w2),
            ProductFormat(activations: .int8, weights: .float32),
        ] {
            guard case .unsupported(let reason) = exact.support(format) else {
                Issue.record("\(format) should not be supported")
                continue
            }
            #expect(!reason.isEmpty)
        }
    }
}
