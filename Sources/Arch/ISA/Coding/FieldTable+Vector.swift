import Formats

/// Field tables of the vector unit.
extension FieldTable {
    private static let types = ElementType.allCases.map(\.name)

    static let buildTables = InstructionTable<BuildTables>(
        .buildTables,
        blank: BuildTables(
            source: Operand(LocalAddress(.activations, 0), .int8), innerRows: .init(), elements: 1,
            format: TableFormat(.exact, length: 1), tables: 0, tablePitch: 0),
        action: """
            L = length; for row < outer_rows*inner_rows, q < ceil(count/L), i < 2^L of bits i_k, s_k = i_k ? 1 : -1:
                T[i] = sum over k < L of s_k*a_k, a_k = taken[row][L*q + k] or 0
                count = elements, taken[row][j] = source[row][j]; with select n of m: of every period of activations
                ceil(period/m)*n are taken, number j of them at floor(j/n)*m + position j, or 0 past its end
                full tables: tables[row*table_pitch + (2^L*q + i)*entry bytes] = T[i]
                half tables: tables[row*table_pitch + (2^(L-1)*q + t)*entry bytes] = T[2*t], t < 2^(L-1)
            int8 entries are rounded to -127...127 by f32 scales, one per table or per 64/L tables,
            in scales[row*scale_pitch ...]
            """,
        body: { .buildTables($0) }, payload: { if case .buildTables(let payload) = $0 { payload } else { nil } },
        rule: { build in TableFormat.problem(build.entries, length: build.length).map { ("length", $0) } },
        clauses: [
            Clause(
                .suffix(letters: [""]), "",
                [
                    .choice(
                        "entries", 3, BuildTables.Entries.allCases.map(\.name), \.entries.code, "entries of the tables")
                ]),
            Clause(.head, "", [.offset("tables", in: .tables, \.tables, "table 0 of row 0")]),
            Clause(
                .plain, "<-",
                [
                    .space("source_space", \.source.address.space.code, "scratchpad of the activations"),
                    .offset("source", \.source.address.offset, "activation 0 of row 0"),
                    .choice("source_type", 4, types, \.source.type.code, "type of the activations"),
                ]),
            Clause(.plain, "elements", [.count("elements", \.elements, "activations of a row")]),
            Clause(
                .loops(fields: 2), "rows",
                [
                    .count("outer_rows", \.outerRows.count, "outer steps of rows"),
                    .localStride("outer_row_stride", \.outerRows.stride, "source step of the outer row"),
                    .count("inner_rows", \.innerRows.count, "inner steps of rows"),
                    .localStride("inner_row_stride", \.innerRows.stride, "source step of the inner row"),
                ]),
            Clause(.plain, "pitch", [.localStride("table_pitch", \.tablePitch, "from row to row of the tables")]),
            Clause(
                .plain, "scales",
                [
                    .space("scale_space", \.scales.space.code, "scratchpad of the scales"),
                    .offset("scales", \.scales.offset, "scale 0 of row 0, for int8 entries"),
                    .localStride("scale_pitch", \.scalePitch, "from row to row of the scales"),
                ]),
            Clause(
                .plain, "length",
                [.unsigned("length", 3, range: TableFormat.lengths, unit: "k", \.length, "activations of a table")]),
            Clause(
                .present, "select",
                [
                    .flag("has_selection", \.hasSelection, "only n of every m activations go into tables"),
                    .choice("selection", 4, NOfM.all.map { "\($0.n)of\($0.m)" }, \.pattern, "n of m"),
                    .space("position_space", \.positionSpace, "scratchpad of the positions"),
                    .offset("positions", \.positionOffset, "log2 m bits for each kept activation of a period, ascending"),
                    .count("period", \.period, "activations that the positions are about, again and again"),
                ]),
        ])

    static let elementwise = InstructionTable<Elementwise>(
        .elementwise,
        blank: Elementwise(
            .copy, destination: Operand(LocalAddress(.activations, 0), .int8),
            a: Operand(LocalAddress(.activations, 0), .int8), loops: []),
        action: """
            for i0 < count_0, i1 < count_1, i2 < count_2, i3 < count_3:
                destination[sum i_j*destination_stride_j] =
                    function(a[sum i_j*a_stride_j], b[sum i_j*b_stride_j] or immediate)
            operands are widened to f32 or int32; integer destinations saturate, f32 results are rounded to float ones; a NaN is written as 0x7FC00000
            """,
        body: { .elementwise($0) }, payload: { if case .elementwise(let payload) = $0 { payload } else { nil } },
        parameters: { CodedFunction($0.function).code.parameters },
        clauses: [
            Clause(
                .suffix(letters: [""]), "",
                [.choice("function", 7, ElementwiseCode.allCases.map(\.name), \.functionCode, "see the list below")]),
            Clause(
                .head, "",
                [
                    .space("destination_space", \.destination.address.space.code, "scratchpad of the destination"),
                    .offset("destination", \.destination.address.offset, "first element"),
                    .choice("destination_type", 4, types, \.destination.type.code, "type of the destination"),
                ]),
            Clause(
                .plain, "<-",
                [
                    .space("a_space", \.a.address.space.code, "scratchpad of a"),
                    .offset("a", \.a.address.offset, "first element"),
                    .choice("a_type", 4, types, \.a.type.code, "type of a"),
                ]),
            Clause(
                .present, "with",
                [
                    .flag("has_b", \.hasMemory, "b comes from memory"),
                    .space("b_space", \.secondSpace, "scratchpad of b"),
                    .offset("b", \.secondOffset, "first element"),
                    .choice("b_type", 4, types, \.secondType, "type of b"),
                ]),
            Clause(
                .present, "immediate",
                [
                    .flag("has_immediate", \.hasImmediate, "b is the constant"),
                    .pattern("immediate", 32, \.immediate, "int32 for integer functions, f32 for the others"),
                ]),
            Clause(
                .optional, "rounding",
                [.choice("rounding", 2, RoundingRuleCode.allCases.map(\.name), \.roundingCode, "of requantise_dyadic")]),
            Clause(
                .optional, "pairs",
                [.choice("pair_format", 2, OutlierVictimPair.allCases.map(\.rawValue), \.pairFormatCode, "of quantise_pairs")]),
            Clause(
                .optional, "rules",
                [.choice("pair_rules", 3, PairRules.all.map(\.name), \.pairRulesCode, "of quantise_pairs")]),
            Clause(
                .parameters, "",
                [
                    .parameter("parameter_0", \.parameter0, "see the list below; int32 or f32"),
                    .parameter("parameter_1", \.parameter1, "see the list below; int32 or f32"),
                    .parameter("parameter_2", \.parameter2, "see the list below; int32"),
                ]),
            Clause(.loops(fields: 4), "loop", elementwiseLoops),
        ])

    private static let elementwiseLoops: [Field<Elementwise>] = [
        .count("count_0", \.loops[0].count, "steps of the outermost loop"),
        .localStride("destination_stride_0", \.loops[0].destination, "destination step of loop 0"),
        .localStride("a_stride_0", \.loops[0].a, "step of a in loop 0"),
        .localStride("b_stride_0", \.loops[0].b, "step of b in loop 0"),
        .count("count_1", \.loops[1].count, "steps of loop 1"),
        .localStride("destination_stride_1", \.loops[1].destination, "destination step of loop 1"),
        .localStride("a_stride_1", \.loops[1].a, "step of a in loop 1"),
        .localStride("b_stride_1", \.loops[1].b, "step of b in loop 1"),
        .count("count_2", \.loops[2].count, "steps of loop 2"),
        .localStride("destination_stride_2", \.loops[2].destination, "destination step of loop 2"),
        .localStride("a_stride_2", \.loops[2].a, "step of a in loop 2"),
        .localStride("b_stride_2", \.loops[2].b, "step of b in loop 2"),
        .count("count_3", \.loops[3].count, "steps of the innermost loop"),
        .localStride("destination_stride_3", \.loops[3].destination, "destination step of loop 3"),
        .localStride("a_stride_3", \.loops[3].a, "step of a in loop 3"),
        .localStride("b_stride_3", \.loops[3].b, "step of b in loop 3"),
    ]

    static let reduce = InstructionTable<Reduce>(
        .reduce,
        blank: Reduce(
            .sumFloat, destination: Operand(LocalAddress(.activations, 0), .int8),
            a: Operand(LocalAddress(.activations, 0), .int8), outer: [], inner: []),
        action: """
            for o0 < outer_count_0, o1 < outer_count_1:
                destination[sum o_j*destination_stride_j] =
                    function over i0 < inner_count_0, i1 < inner_count_1, ascending, of
                        a[sum o_j*outer_a_stride_j + sum i_j*inner_a_stride_j]
            """,
        body: { .reduce($0) }, payload: { if case .reduce(let payload) = $0 { payload } else { nil } },
        clauses: [
            Clause(
                .suffix(letters: [""]), "",
                [
                    .choice(
                        "function", 4, Reduce.Function.allCases.map(\.name), \.function.code, "sums are blocked by 16")
                ]),
            Clause(
                .head, "",
                [
                    .space("destination_space", \.destination.address.space.code, "scratchpad of the destination"),
                    .offset("destination", \.destination.address.offset, "first output"),
                    .choice("destination_type", 4, types, \.destination.type.code, "type of the destination"),
                ]),
            Clause(
                .plain, "<-",
                [
                    .space("a_space", \.a.address.space.code, "scratchpad of a"),
                    .offset("a", \.a.address.offset, "first element"),
                    .choice("a_type", 4, types, \.a.type.code, "type of a"),
                ]),
            Clause(.loops(fields: 3), "outer", outerLoops),
            Clause(.loops(fields: 3), "inner", innerLoops),
        ])

    private static let outerLoops: [Field<Reduce>] = [
        .count("outer_count_0", \.outer[0].count, "steps of the outermost loop"),
        .localStride("destination_stride_0", \.outer[0].destination, "destination step of outer loop 0"),
        .localStride("outer_a_stride_0", \.outer[0].a, "step of a in outer loop 0"),
        .count("outer_count_1", \.outer[1].count, "steps of outer loop 1"),
        .localStride("destination_stride_1", \.outer[1].destination, "destination step of outer loop 1"),
        .localStride("outer_a_stride_1", \.outer[1].a, "step of a in outer loop 1"),
    ]
    /// The destination stride of an inner loop is kept although nothing reads it, so that coding loses nothing.
    private static let innerLoops: [Field<Reduce>] = [
        .count("inner_count_0", \.inner[0].count, "steps of inner loop 0"),
        .localStride("inner_destination_stride_0", \.inner[0].destination, "not used"),
        .localStride("inner_a_stride_0", \.inner[0].a, "step of a in inner loop 0"),
        .count("inner_count_1", \.inner[1].count, "steps of the innermost loop"),
        .localStride("inner_destination_stride_1", \.inner[1].destination, "not used"),
        .localStride("inner_a_stride_1", \.inner[1].a, "step of a in inner loop 1"),
    ]
}
