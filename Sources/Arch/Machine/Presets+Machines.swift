extension Presets {
    /// 2 MiB of scratchpads in all, as `lutTC`.
    private static let macScratchpads = Scratchpads(
        activations: 512 * kibibyte, weights: 512 * kibibyte, tables: 0, accumulators: 1024 * kibibyte)

    /// 4096 multiply-accumulates per cycle.
    static let macInt8 = machine(
        "mac-int8", "64x64 int8 multipliers, the baseline", scratchpads: macScratchpads,
        engines: [mac(rows: 64, columns: 64)])

    /// The size of array that other simulators publish numbers for.
    static let mac128 = machine(
        "mac-128x128", "128x128 int8 multipliers, for comparison with other simulators", scratchpads: macScratchpads,
        engines: [mac(rows: 128, columns: 128)])

    /// 2048 multiply-accumulates of 16-bit floats per cycle: half of `macInt8`, as float tensor cores have.
    static let macFP16 = machine(
        "mac-fp16", "32x64 fp16 multipliers with f32 sums, the float baseline", scratchpads: macScratchpads,
        engines: [mac(operands: "fp16", rows: 32, columns: 64)])

    /// `macFP16` as papers on weight quantisation describe their baseline: weights become f16 numbers, by a unit of 64 lanes
    /// that keeps up with the array's loads, before they are multiplied.
    static let macFP16DequantiseFirst = machine(
        "mac-fp16-dequantise-first", "32x64 fp16 multipliers behind 64 dequantise lanes, f32 sums",
        scratchpads: macScratchpads, engines: [mac(operands: "fp16-dequantise-first", rows: 32, columns: 64)])

    /// 4096 multiply-accumulates of 8-bit floats per cycle.
    static let macFP8 = machine(
        "mac-fp8", "64x64 fp8 multipliers with f32 sums", scratchpads: macScratchpads,
        engines: [mac(operands: "fp8", rows: 64, columns: 64)])

    /// 64 arrays M2N64K4: 32768 one-bit products per cycle, 16384 multiply-accumulates at two bits. Exact tables
    /// take 16 bytes for four activations of one byte, hence their share of the 2 MiB.
    static let lutTC = machine(
        "lut-tc", "64 lookup arrays M2N64K4 and a 32x32 multiplier engine for attention",
        scratchpads: Scratchpads(
            activations: 256 * kibibyte, weights: 256 * kibibyte, tables: 512 * kibibyte, accumulators: 1024 * kibibyte),
        engines: [lookup(m: 2, n: 64, k: 4, arrays: 64), mac(rows: 32, columns: 32)])

    /// The ancestor of `lutTC`, after UNPU (JSSC 2019) as LUT Tensor Core rebuilds it for its ablation (arXiv 2408.06003, table
    /// 2): the arrays and memories of `lutTC`, so 4096 multiply-accumulates per cycle at eight bits, but full tables, and a
    /// table builder beside each of the 64 arrays instead of one per eight vector lanes. UNPU itself has 16-bit
    /// activations and other array sizes.
    static let unpu: Machine = {
        var preset = machine(
            "unpu", "UNPU-style: 64 lookup arrays M2N64K4 with full tables and a table builder each, and a 32x32 multiplier engine",
            scratchpads: lutTC.scratchpads,
            engines: [lookup(m: 2, n: 64, k: 4, arrays: 64, symmetric: false), mac(rows: 32, columns: 32)])
        preset.vector.tablesPerCycle = 64
        return preset
    }()

    /// 2048 DSP48E2s, two products each: as many multiply-accumulates per cycle as `macInt8`, at the common clock. The
    /// shape is that of one core in the public FlightLLM profile (128 x 16 x 2, and 16 x 64 for vectors); an FPGA would run
    /// it at 225 MHz.
    static let dspChain = machine(
        "dsp-chain", "2048 DSP48E2 in chains of 16, two int8 products each", scratchpads: macScratchpads,
        engines: [chains(rows: 128, length: 16, columns: 2, vectorColumns: 64)])

    /// 8192 elements of four bits: as many weight bits per cycle as `macInt8`, twice its products at four bits.
    static let mixPE = machine(
        "mixpe", "64x128 shift-and-add elements of four weight bits, no multipliers", scratchpads: macScratchpads,
        engines: [shiftAdd(rows: 64, columns: 128)])

    /// As many elements, of f16 activations; a few multipliers for products of two floats, as attention has.
    static let mixPEFP16 = machine(
        "mixpe-fp16", "64x128 shift-and-add elements for f16 activations and 16x32 fp16 multipliers for attention",
        scratchpads: macScratchpads,
        engines: [shiftAdd(operands: "fp16", rows: 64, columns: 128), mac(operands: "fp16", rows: 16, columns: 32)])

    /// 128 x 128 elements of four bits: 4096 products of 8-bit pairs per cycle, as many as `macInt8`, or 16384 of 4-bit ones.
    static let olive = machine(
        "olive", "128x128 elements for 4-bit outlier-victim pairs and a 32x32 multiplier engine for attention",
        scratchpads: macScratchpads, engines: [pairs(rows: 128, columns: 128), attention(rows: 32, columns: 32)])

    /// 128 x 128 elements of four bits, as `olive`: 4096 products of 8-bit codes per cycle, or 16384 of 4-bit ones.
    static let ant = machine(
        "ant", "ANT-style: 128x128 elements for int4 and flint4, four of them one for int8", scratchpads: macScratchpads,
        engines: [adaptive(rows: 128, columns: 128)])

    /// 8192 multipliers of four bits: 4096 products of 8-bit activations per cycle. 128 outliers per cycle keep up with 3 % of the
    /// weights.
    static let olAccel = machine(
        "olaccel", "OLAccel-style: 64x128 4-bit multipliers, 128 wide ones for outliers and a 32x32 multiplier engine for attention",
        scratchpads: macScratchpads, engines: [split(rows: 64, columns: 128, outlierLanes: 128), attention(rows: 32, columns: 32)])

    /// 4096 adders, and 64 multipliers for the sums of centroids and for outliers: as many of each as MicroScopiQ (ISCA 2025)
    /// gives its GOBO.
    static let gobo = machine(
        "gobo", "GOBO-style: 64x64 adders with sums for 8 centroids, 64 multipliers and 16x32 fp16 multipliers for attention",
        scratchpads: macScratchpads,
        engines: [centroids(rows: 64, columns: 64), attention(operands: "fp16", rows: 16, columns: 32)])

    /// 32 x 64 units of 128 bits: 262,144 one-bit products per cycle, 4096 multiply-accumulates of eight by eight bits.
    static let bitSerial = machine(
        "bit-serial", "32x64 units that AND and count 128 bits, plane by plane", scratchpads: macScratchpads,
        engines: [planes(rows: 32, columns: 64, lanes: 128)])

    /// 4096 multiply-accumulates of eight by eight bits per cycle, 65,536 of two by two. BitFusion itself has 512 units
    /// in one of its configurations, at 500 MHz.
    static let bitFusion = machine(
        "bitfusion", "BitFusion-style: 64x64 fusion units of 16 two-bit bricks", scratchpads: macScratchpads,
        engines: [fusion(rows: 64, columns: 64)])

    /// Small enough to simulate in RTL.
    static let macInt8Tiny = machine(
        "mac-int8-tiny", "8x8 int8 multipliers, 64 KiB", scratchpads: tinyScratchpads, lanes: 8,
        engines: [mac(rows: 8, columns: 8)])

    static let macFP16Tiny = machine(
        "mac-fp16-tiny", "16x4 fp16 multipliers with f32 sums, 64 KiB", scratchpads: tinyScratchpads, lanes: 8,
        engines: [mac(operands: "fp16", rows: 16, columns: 4)])

    static let macFP16DequantiseFirstTiny = machine(
        "mac-fp16-dequantise-first-tiny", "16x4 fp16 multipliers behind 4 dequantise lanes, f32 sums, 64 KiB",
        scratchpads: tinyScratchpads, lanes: 8, engines: [mac(operands: "fp16-dequantise-first", rows: 16, columns: 4)])

    static let macFP8Tiny = machine(
        "mac-fp8-tiny", "16x8 fp8 multipliers with f32 sums, 64 KiB", scratchpads: tinyScratchpads, lanes: 8,
        engines: [mac(operands: "fp8", rows: 16, columns: 8)])

    static let lutTCTiny = machine(
        "lut-tc-tiny", "one lookup array M2N8K4 and a 4x4 multiplier engine, 64 KiB",
        scratchpads: Scratchpads(
            activations: 12 * kibibyte, weights: 16 * kibibyte, tables: 20 * kibibyte, accumulators: 16 * kibibyte),
        lanes: 8, engines: [lookup(m: 2, n: 8, k: 4, arrays: 1), mac(rows: 4, columns: 4)])

    /// One array, one builder: as many as `lutTCTiny` has.
    static let unpuTiny = machine(
        "unpu-tiny", "UNPU-style: one lookup array M2N8K4 with full tables and a 4x4 multiplier engine, 64 KiB",
        scratchpads: lutTCTiny.scratchpads, lanes: 8,
        engines: [lookup(m: 2, n: 8, k: 4, arrays: 1, symmetric: false), mac(rows: 4, columns: 4)])

    static let dspChainTiny = machine(
        "dsp-chain-tiny", "32 DSP48E2 in chains of 4, 64 KiB", scratchpads: tinyScratchpads, lanes: 8,
        engines: [chains(rows: 8, length: 4, columns: 2, vectorColumns: 8, epilogueLanes: 8)])

    static let mixPETiny = machine(
        "mixpe-tiny", "8x16 shift-and-add elements of four weight bits, 64 KiB",
        scratchpads: Scratchpads(
            activations: 24 * kibibyte, weights: 24 * kibibyte, tables: 0, accumulators: 16 * kibibyte),
        lanes: 8, engines: [shiftAdd(rows: 8, columns: 16)])

    static let bitSerialTiny = machine(
        "bit-serial-tiny", "4x8 units that AND and count 32 bits, 64 KiB", scratchpads: tinyScratchpads, lanes: 8,
        engines: [planes(rows: 4, columns: 8, lanes: 32)])

    static let bitFusionTiny = machine(
        "bitfusion-tiny", "BitFusion-style: 4x8 fusion units of 16 two-bit bricks, 64 KiB", scratchpads: tinyScratchpads,
        lanes: 8, engines: [fusion(rows: 4, columns: 8)])

    /// Rows and columns are outputs, lanes bits of K.
    private static func planes(rows: Int, columns: Int, lanes: Int) -> EngineSpecification {
        EngineSpecification(
            kind: "bit-serial",
            parameters: [
                "rows": .integer(rows), "columns": .integer(columns), "lanes": .integer(lanes),
                "epilogueLanes": .integer(columns),
            ])
    }

    /// Rows are units along K, columns units along N.
    private static func fusion(rows: Int, columns: Int) -> EngineSpecification {
        EngineSpecification(kind: "bitfusion", parameters: ["rows": .integer(rows), "columns": .integer(columns)])
    }

    static let mixPEFP16Tiny = machine(
        "mixpe-fp16-tiny", "16x8 shift-and-add elements for f16 activations and 16x4 fp16 multipliers, 64 KiB",
        scratchpads: tinyScratchpads, lanes: 8,
        engines: [shiftAdd(operands: "fp16", rows: 16, columns: 8), mac(operands: "fp16", rows: 16, columns: 4)])

    private static func shiftAdd(operands: String, rows: Int, columns: Int) -> EngineSpecification {
        var specification = shiftAdd(rows: rows, columns: columns)
        specification.parameters["operands"] = .text(operands)
        return specification
    }

    static let oliveTiny = machine(
        "olive-tiny", "16x16 elements for 4-bit outlier-victim pairs and a 4x4 multiplier engine, 64 KiB",
        scratchpads: tinyScratchpads, lanes: 8, engines: [pairs(rows: 16, columns: 16), attention(rows: 4, columns: 4)])

    /// Rows and columns are outputs.
    private static func pairs(rows: Int, columns: Int) -> EngineSpecification {
        EngineSpecification(kind: "olive", parameters: ["rows": .integer(rows), "columns": .integer(columns)])
    }

    static let antTiny = machine(
        "ant-tiny", "ANT-style: 16x16 elements for int4 and flint4, 64 KiB", scratchpads: tinyScratchpads, lanes: 8,
        engines: [adaptive(rows: 16, columns: 16)])

    /// Rows and columns are outputs.
    private static func adaptive(rows: Int, columns: Int) -> EngineSpecification {
        EngineSpecification(kind: "ant", parameters: ["rows": .integer(rows), "columns": .integer(columns)])
    }

    static let olAccelTiny = machine(
        "olaccel-tiny", "OLAccel-style: 8x16 4-bit multipliers, 2 wide ones for outliers and a 4x4 multiplier engine, 64 KiB",
        scratchpads: tinyScratchpads, lanes: 8, engines: [split(rows: 8, columns: 16, outlierLanes: 2), attention(rows: 4, columns: 4)])

    static let goboTiny = machine(
        "gobo-tiny", "GOBO-style: 8x8 adders with sums for 8 centroids, 8 multipliers and 16x4 fp16 multipliers, 64 KiB",
        scratchpads: tinyScratchpads, lanes: 8,
        engines: [centroids(rows: 8, columns: 8), attention(operands: "fp16", rows: 16, columns: 4)])

    /// Rows and columns are outputs.
    private static func centroids(rows: Int, columns: Int) -> EngineSpecification {
        EngineSpecification(kind: "gobo", parameters: ["rows": .integer(rows), "columns": .integer(columns)])
    }

    private static func attention(operands: String, rows: Int, columns: Int) -> EngineSpecification {
        var specification = attention(rows: rows, columns: columns)
        specification.parameters["operands"] = .text(operands)
        return specification
    }

    /// Rows are multipliers along K, columns along N.
    private static func split(rows: Int, columns: Int, outlierLanes: Int) -> EngineSpecification {
        EngineSpecification(
            kind: "olaccel",
            parameters: ["rows": .integer(rows), "columns": .integer(columns), "outlierLanes": .integer(outlierLanes)])
    }

    /// Products of two operands made at run time, for which the engine before it has no weights.
    private static func attention(rows: Int, columns: Int) -> EngineSpecification {
        var specification = mac(rows: rows, columns: columns)
        specification.parameters["weights"] = .text("runTime")
        return specification
    }

    /// Rows are steps of K, columns elements side by side.
    private static func shiftAdd(rows: Int, columns: Int) -> EngineSpecification {
        EngineSpecification(kind: "mixpe", parameters: ["rows": .integer(rows), "columns": .integer(columns)])
    }

    /// Rows and columns are outputs, the length of a chain steps of K.
    static func chains(
        rows: Int, length: Int, columns: Int, vectorColumns: Int, epilogueLanes: Int = 64, selectorInputs: Int = 32
    ) -> EngineSpecification {
        EngineSpecification(
            kind: "dsp-chain",
            parameters: [
                "rows": .integer(rows), "chainLength": .integer(length), "columns": .integer(columns),
                "vectorColumns": .integer(vectorColumns), "epilogueLanes": .integer(epilogueLanes),
                "selectorInputs": .integer(selectorInputs),
            ])
    }

    private static let tinyScratchpads = Scratchpads(
        activations: 24 * kibibyte, weights: 24 * kibibyte, tables: 0, accumulators: 16 * kibibyte)

    private static func mac(operands: String, rows: Int, columns: Int) -> EngineSpecification {
        var specification = mac(rows: rows, columns: columns)
        specification.parameters["operands"] = .text(operands)
        return specification
    }

    /// Rows are steps of K, columns outputs.
    private static func mac(rows: Int, columns: Int) -> EngineSpecification {
        EngineSpecification(kind: "mac", parameters: ["rows": .integer(rows), "columns": .integer(columns)])
    }

    private static func lookup(m: Int, n: Int, k: Int, arrays: Int) -> EngineSpecification {
        EngineSpecification(
            kind: "lut-tc",
            parameters: ["m": .integer(m), "n": .integer(n), "k": .integer(k), "arrays": .integer(arrays)])
    }

    private static func lookup(m: Int, n: Int, k: Int, arrays: Int, symmetric: Bool) -> EngineSpecification {
        var specification = lookup(m: m, n: n, k: k, arrays: arrays)
        specification.parameters["symmetric"] = .flag(symmetric)
        return specification
    }
}
