import Formats

/// Field tables of the engines.
extension FieldTable {
    private static let weightTypes = Multiply.Codes.allCases.map(\.name)
    /// Names of the N:M patterns, by code.
    private static let patterns = NOfM.all.map { "\($0.n)of\($0.m)" }
    private static let scaleFormats = Multiply.ScaleFormat.allCases.map(\.name)

    /// Names of the activation formats that one mnemonic takes, by code.
    private static func activationTypes(tables: Bool) -> [String] {
        Multiply.Activations.allCases.map { $0.areTables == tables ? $0.name : "" }
    }

    /// The types in the mnemonic: A, W, accumulator, output.
    private static func types(tables: Bool) -> [Clause<CodedProduct>] {
        [
            Clause(
                .suffix(letters: [""]), "",
                [
                    .choice(
                        "activation_type", 5, activationTypes(tables: tables), \.multiply.activationFormat.code,
                        tables ? "entries of the lookup tables" : "activation codes")
                ]),
            Clause(
                .suffix(letters: ["", ""]), "",
                [
                    .choice(
                        "weight_codes", 5, weightTypes, \.multiply.codes.code,
                        "int: u - zero; bipolar: 2u - (2^bits - 1); run: two's complement; fp, bf, e4m3fp ...: floats; ovpi, ovpf ...: slots; dict: indices"),
                    .unsigned("weight_bits", 5, range: 1...16, unit: "bits", \.multiply.weightBits, "1 to 8; floats: theirs"),
                ]),
            Clause(.suffixWord, "int32"),
            Clause(
                .suffix(letters: [""]), "",
                [.choice("output", 1, ["int32", "f32"], \.multiply.isScaled, "exact sums, or sums scaled by segments")]),
        ]
    }

    private static let operands: [Clause<CodedProduct>] = [
        Clause(
            .head, "", [.offset("accumulators", in: .accumulators, \.multiply.accumulators, "sum of row 0, column 0")]),
        Clause(
            .plain, "<-",
            [
                .space("activation_space", \.multiply.activations.space.code, "scratchpad of the activations"),
                .offset("activations", \.multiply.activations.offset, "activation of row 0, k = 0"),
            ]),
        Clause(
            .plain, "weights", [.offset("weights", in: .weights, \.multiply.weights, "laid out weights of the tile")]),
        Clause(.plain, "columns", [.count("columns", \.multiply.columns, "N")]),
        Clause(
            .loops(fields: 2), "rows",
            [
                .count("outer_rows", \.multiply.outerRows.count, "outer steps of M"),
                .localStride("outer_row_stride", \.multiply.outerRows.stride, "activation step of the outer row"),
                .count("inner_rows", \.multiply.innerRows.count, "inner steps of M"),
                .localStride("inner_row_stride", \.multiply.innerRows.stride, "activation step of the inner row"),
            ]),
        Clause(
            .loops(fields: 2), "depth",
            [
                .count("ky", \.multiply.ky.count, "outer steps of K"),
                .localStride("ky_stride", \.multiply.ky.stride, "activation step of ky"),
                .count("kx", \.multiply.kx.count, "middle steps of K"),
                .localStride("kx_stride", \.multiply.kx.stride, "activation step of kx"),
            ]),
        Clause(.plain, "run", [.count("run", \.multiply.run, "activations per (ky, kx), contiguous")]),
        Clause(
            .plain, "pitch",
            [.localStride("accumulator_pitch", \.multiply.accumulatorPitch, "from row to row of the sums")]),
        Clause(.flag, "accumulate", [.flag("accumulate", \.multiply.accumulate.code, "add to what is there")]),
    ]

    /// Forms of weights that a mnemonic knows, and their fields.
    private static func weightForms(_ forms: [WeightForm]) -> [Clause<CodedProduct>] {
        let names = WeightForm.allCases.map { forms.contains($0) ? $0.name : "" }
        let tag = Field<CodedProduct>.choice(
            "weight_form", 3, names, \.multiply.weightForm, forms.map { "\($0.name): \($0.meaning)" }.joined(separator: "; "))
        return [Clause(.tag, "", [tag])]
            + forms.compactMap { form in
                let fields = fields(form)
                return fields.isEmpty ? nil : Clause(.alternative(tag: "weight_form", value: form.code), keyword(form), fields)
            }
    }

    private static func keyword(_ form: WeightForm) -> String { form == .nOfM ? "structure" : form.name }

    private static func fields(_ form: WeightForm) -> [Field<CodedProduct>] {
        switch form {
        case .dense: []
        case .nOfM:
            [
                .choice("structure", 4, patterns, \.multiply.pattern, "n of m"),
                .offset(
                    "positions", in: .weights, \.multiply.positionOffset,
                    "log2 m bits [block][kept k][column of block], rows of whole bytes"),
            ]
        case .mixed:
            [
                .offset(
                    "mixed_positions", in: .weights, \.multiply.mixedPositions,
                    "4 bits of every kept weight, laid out as the weights are"),
                .offset(
                    "blocks", in: .weights, \.multiply.blockOffset,
                    "n as a byte, [column block][block of K][stripe of 16 columns]"),
                .unsigned(
                    "block_counts", 30, \.multiply.blockTable,
                    "first of the same numbers, [stripe][block of K], in the program's table"),
            ]
        case .outliers:
            [
                .offset("outliers", in: .weights, \.multiply.outlierOffset, "the list: value, run, place, lane"),
                .unsigned("outlier_count", 21, unit: "entries", \.multiply.outlierCount, "of the list"),
                .unsigned("outlier_place", 16, unit: "k", \.multiply.outlierFirstPlace, "first k of the tile in its run"),
                .choice(
                    "outlier_source", 1, ["counted", "assumed"], \.multiply.outliersAreAssumed,
                    "assumed: the graph had no weights to count them"),
                .unsigned(
                    "outlier_parts", 13, \.multiply.outlierParts,
                    "parts of K whose entries are counted apart, 0 for one: segments of scales, or passes of a dictionary"),
                .unsigned(
                    "outlier_counts", 24, \.multiply.outlierTable, "first of as many numbers in the program's table"),
            ]
        }
    }

    private static let corrections: [Clause<CodedProduct>] = [
        Clause(
            .tag, "",
            [
                .choice(
                    "zero_form", 2, ZeroForm.allCases.map(\.name), \.multiply.zeroForm,
                    "immediate: one zero point; table: zero points from the weight space; centroids: numbers of a dictionary")
            ]),
        Clause(
            .alternative(tag: "zero_form", value: ZeroForm.table.code), "zeros",
            [.offset("zero_table", in: .weights, \.multiply.zeroOffset, "int16 [block][group][column of block]")]),
        Clause(
            .alternative(tag: "zero_form", value: ZeroForm.centroids.code), "centroids",
            [.offset("centroids", in: .weights, \.multiply.centroidOffset, "f16 [2^weight_bits]: what the codes are indices of")]),
        Clause(
            .alternative(tag: "zero_form", value: ZeroForm.immediate.code), "zero",
            [.signed("zero", 16, \.multiply.zeroImmediate, "the zero point, in terms of unsigned codes")]),
        Clause(
            .present, "weight_scales",
            [
                .flag("has_weight_scales", \.multiply.hasWeightScales, "weights are grouped along K"),
                .unsigned("weight_group", 24, unit: "k", \.multiply.weightGroup, "weights that share a scale"),
                .choice("weight_scale_type", 1, scaleFormats, \.multiply.weightScaleFormat, "type of the scales"),
                .offset("weight_scales", in: .weights, \.multiply.weightScaleOffset, "[block][group][column of block]"),
            ]),
        Clause(
            .present, "activation_scales",
            [
                .flag("has_activation_scales", \.multiply.hasActivationScales, "activations are grouped along K"),
                .unsigned(
                    "activation_group", 24, unit: "k", \.multiply.activationGroup, "activations that share a scale"),
                .space("activation_scale_space", \.multiply.activationScaleSpace, "scratchpad of the scales"),
                .offset("activation_scales", \.multiply.activationScaleOffset, "f32 [row][group]"),
                .localStride(
                    "activation_scale_pitch", \.multiply.activationScalePitch, "from row to row of the scales"),
            ]),
        Clause(.plain, "engine", [.unsigned("engine", 1, \.multiply.engine, "index of the engine in the machine")]),
    ]

    /// What only plain codes have; after the fields that both products share.
    private static let codeOptions: [Clause<CodedProduct>] = [
        Clause(
            .flag, "dequantise_first",
            [
                .flag(
                    "dequantise_first", \.multiply.scalesWeights,
                    "weight scales make f16 operands of the codes, not sums of their groups")
            ]),
        Clause(
            .optional, "activation_bits",
            [
                .unsigned(
                    "activation_bits", 4, range: 1...8, unit: "bits", \.multiply.activationBits,
                    "of int8 and uint8 codes those that count; others: 8")
            ]),
    ]

    /// Blocks have one zero point and one scale.
    private static func broken(_ structure: Multiply.Structure, _ multiply: Multiply) -> (field: String, message: String)? {
        let (field, name, size): (String, String, Int)
        switch structure {
        case .dense, .outliers: return nil
        case .nOfM(let pattern, _): (field, name, size) = ("structure", pattern.name, pattern.m)
        case .mixed: (field, name, size) = ("weight_form", "mixed blocks", MixedBlocks.side)
        }
        guard multiply.codes == .offset else {
            return (field, "weights of \(name) have int codes, not \(multiply.codes.name)")
        }
        for (field, group) in [("weight_group", multiply.weightGroup), ("activation_group", multiply.activationGroup)] {
            guard group.isMultiple(of: size) else {
                return (field, "\(group) is not a multiple of the \(size) k of a block")
            }
        }
        return nil
    }

    private static let rule: @Sendable (CodedProduct) -> (field: String, message: String)? = { product in
        let multiply = product.multiply
        guard multiply.codes.bitWidths.contains(multiply.weightBits) else {
            let widths = multiply.codes.bitWidths.map(String.init).joined(separator: ", ")
            return ("weight_bits", "\(multiply.weightBits) is not one of \(widths)")
        }
        if multiply.activationBits != 8, !Multiply.takesNarrowActivations(multiply.activationFormat) {
            return ("activation_bits", "\(multiply.activationBits) is for int8 and uint8 codes, others have 8")
        }
        if let broken = broken(multiply.structure, multiply) { return broken }
        if multiply.hasWeightScales == 1, multiply.weightGroup == 0 {
            return ("weight_group", "0 should be at least 1")
        }
        if multiply.hasActivationScales == 1, multiply.activationGroup == 0 {
            return ("activation_group", "0 should be at least 1")
        }
        return nil
    }

    static let mma = InstructionTable<CodedProduct>(
        .mma, blank: .blank(.int8),
        action: """
            for m < outer_rows*inner_rows, n < columns, m = (mo, mi):
                s = sum over (ky, kx, r < run) of
                    activations[mo*outer_row_stride + mi*inner_row_stride + ky*ky_stride + kx*kx_stride + r]
                        * (w[n][k] - zero)
                accumulators[m*accumulator_pitch + 4*n] (+)= s, int32
            with output f32, K is cut where a scale group ends: acc = f32(acc + f32(f32(s) * scale)) segment by segment
            outliers: value * activations[... k] is added to the s of its column, whose stored weight is zero
            mixed: every block of 16 k by 16 columns has an n of its own
            outlier-victim pairs: slots 2i and 2i + 1 of a run make two numbers, exponents add and integers multiply
            with dequantise_first w[n][k] - zero is f16(f32((w[n][k] - zero) * weight scale)), and only activation groups cut K
            dictionaries: w[n][k] is a centroid, or of the outliers their f16 value; s is summed as the contract centroids-1024 says
            floats: s is summed as the contract blocked-16 says; without scales its blocks are added to the accumulators
            """,
        body: { .mma($0.multiply) },
        payload: { if case .mma(let multiply) = $0 { CodedProduct(multiply: multiply) } else { nil } },
        rule: rule, clauses: types(tables: false) + operands + weightForms(WeightForm.allCases) + corrections + codeOptions)

    static let lmma = InstructionTable<CodedProduct>(
        .lmma, blank: .blank(.exactTables),
        action: """
            as mma, by lookup: a run of activations is ceil(run/k) tables; k weights of a bit plane b take one entry,
            shifted left by b and added. In half tables they make its address and its sign, in full tables its address:
                accumulators[m*accumulator_pitch + 4*n] (+)=
                    (sum of +-table[...][address] << b, zero point corrected) / 2
            O[M,N] = A[M,K] x W[N,K] + Accum[M,N] on tiles of shape_m x shape_n, as in arXiv 2408.06003
            """,
        body: { .lmma($0.multiply, $0.shape) },
        payload: {
            if case .lmma(let multiply, let shape) = $0 { CodedProduct(multiply: multiply, shape: shape) } else { nil }
        },
        rule: { product in
            if let entries = product.multiply.activationFormat.entries,
                let problem = TableFormat.problem(entries, length: product.shape.k)
            {
                return ("shape_k", problem)
            }
            return rule(product)
        },
        clauses: [
            Clause(
                .suffix(letters: ["m", "n", "k"]), "",
                [
                    .unsigned("shape_m", 12, range: 1...4095, \.shape.m, "rows of an array's tile"),
                    .unsigned("shape_n", 12, range: 1...4095, \.shape.n, "columns of an array's tile"),
                    .unsigned("shape_k", 12, range: TableFormat.lengths, \.shape.k, "activations per table"),
                ])
        ] + types(tables: true) + operands + weightForms([.dense, .nOfM]) + corrections + [
            Clause(
                .plain, "arrays",
                [.unsigned("arrays", 16, range: 1...65535, \.shape.arraysAlongColumns, "arrays side by side along N")])
        ])
}
