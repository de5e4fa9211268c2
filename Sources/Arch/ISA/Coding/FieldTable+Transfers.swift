/// Field tables of the load and store units.
enum FieldTable {
    private static let traffic = Traffic.allCases.map(\.name)

    private static func transferClauses(toScratchpad: Bool) -> [Clause<Transfer>] {
        let local = [
            Field<Transfer>.space("local_space", \.local.space.code, "scratchpad"),
            .offset("local", \.local.offset, "address in the scratchpad"),
        ]
        let global = [
            Field<Transfer>.memory("memory", \.global.memory.code, "memory outside the scratchpads"),
            .global("global", \.global.offset, "address in that memory"),
        ]
        return [
            Clause(.head, "", toScratchpad ? local : global),
            Clause(.plain, "<-", toScratchpad ? global : local),
            Clause(.plain, "row", [.bytes("row", \.rowBytes, "contiguous bytes per step")]),
            Clause(
                .loops(fields: 3), "loop",
                [
                    .count("count_0", \.loops[0].count, "steps of the outermost loop"),
                    .globalStride("global_stride_0", \.loops[0].globalStride, "step of the outermost loop in memory"),
                    .localStride("local_stride_0", \.loops[0].localStride, "scratchpad step of the outermost loop"),
                    .count("count_1", \.loops[1].count, "steps of the middle loop"),
                    .globalStride("global_stride_1", \.loops[1].globalStride, "step of the middle loop in memory"),
                    .localStride("local_stride_1", \.loops[1].localStride, "scratchpad step of the middle loop"),
                    .count("count_2", \.loops[2].count, "steps of the innermost loop"),
                    .globalStride("global_stride_2", \.loops[2].globalStride, "step of the innermost loop in memory"),
                    .localStride("local_stride_2", \.loops[2].localStride, "scratchpad step of the innermost loop"),
                ]),
            Clause(.plain, "kind", [.choice("traffic", 4, traffic, \.traffic.code, "what the bytes are for")]),
        ]
    }

    private static let blankTransfer = Transfer(
        dram: 0, local: LocalAddress(.activations, 0), rowBytes: 1, traffic: .activations)

    static let load = InstructionTable<Transfer>(
        .load, blank: blankTransfer,
        action: """
            for i0 < count_0, i1 < count_1, i2 < count_2:
                local[i0*local_stride_0 + i1*local_stride_1 + i2*local_stride_2 ..+ row] =
                    memory[global + i0*global_stride_0 + i1*global_stride_1 + i2*global_stride_2 ..+ row]
            """,
        body: { .load($0) }, payload: { if case .load(let payload) = $0 { payload } else { nil } },
        clauses: transferClauses(toScratchpad: true))

    static let store = InstructionTable<Transfer>(
        .store, blank: blankTransfer,
        action: """
            for i0 < count_0, i1 < count_1, i2 < count_2:
                memory[global + i0*global_stride_0 + i1*global_stride_1 + i2*global_stride_2 ..+ row] =
                    local[i0*local_stride_0 + i1*local_stride_1 + i2*local_stride_2 ..+ row]
            """,
        body: { .store($0) }, payload: { if case .store(let payload) = $0 { payload } else { nil } },
        clauses: transferClauses(toScratchpad: false))

    static let gather = InstructionTable<Gather>(
        .gather,
        blank: Gather(
            global: GlobalAddress(.dram, 0), rowPitch: 0, rows: 1, index: LocalAddress(.activations, 0),
            local: LocalAddress(.activations, 0), localStride: 0, rowBytes: 1, count: 1, traffic: .activations),
        action: """
            for i < count:
                local[i*local_stride ..+ row] = memory[global + int32(index[4*i])*row_pitch ..+ row]
            an index outside 0..<rows is a data error
            """,
        body: { .gather($0) }, payload: { if case .gather(let payload) = $0 { payload } else { nil } },
        clauses: [
            Clause(
                .head, "",
                [
                    .space("local_space", \.local.space.code, "scratchpad of the rows"),
                    .offset("local", \.local.offset, "address of the first row"),
                ]),
            Clause(
                .plain, "<-",
                [
                    .memory("memory", \.global.memory.code, "memory of the table"),
                    .global("global", \.global.offset, "address of row 0 of the table"),
                ]),
            Clause(
                .plain, "indices",
                [
                    .space("index_space", \.index.space.code, "scratchpad of the int32 indices"),
                    .offset("index", \.index.offset, "address of the first index"),
                ]),
            Clause(.plain, "count", [.count("count", \.count, "rows loaded")]),
            Clause(.plain, "row", [.bytes("row", \.rowBytes, "bytes of a row")]),
            Clause(
                .plain, "pitch",
                [
                    .unsigned(
                        "row_pitch", 40, unit: "bytes", takesParameter: true, \.rowPitch, "from row to row in memory")
                ]),
            Clause(
                .plain, "rows",
                [.unsigned("rows", 32, range: 1...(1 << 32) - 1, takesParameter: true, \.rows, "rows of the table")]),
            Clause(
                .plain, "stride", [.localStride("local_stride", \.localStride, "from row to row in the scratchpad")]),
            Clause(.plain, "kind", [.choice("traffic", 4, traffic, \.traffic.code, "what the bytes are for")]),
        ])

    static let fill = InstructionTable<Fill>(
        .fill, blank: Fill(local: LocalAddress(.activations, 0), rowBytes: 1, elementBytes: 1, value: 0),
        action: """
            for i0 < count_0, i1 < count_1, i2 < count_2:
                local[i0*stride_0 + i1*stride_1 + i2*stride_2 ..+ row] = low element_bytes bytes of value, repeated
            """,
        body: { .fill($0) }, payload: { if case .fill(let payload) = $0 { payload } else { nil } },
        rule: { fill in
            if fill.elementBytes == 3 { return ("element_bytes", "3 is not 1, 2 or 4") }
            if !fill.rowBytes.isMultiple(of: fill.elementBytes) {
                return ("row", "\(fill.rowBytes) bytes are not a multiple of the element's \(fill.elementBytes)")
            }
            return nil
        },
        clauses: [
            Clause(
                .head, "",
                [
                    .space("local_space", \.local.space.code, "scratchpad"),
                    .offset("local", \.local.offset, "address in the scratchpad"),
                ]),
            Clause(
                .plain, "<-",
                [.pattern("value", 32, \.valuePattern, "the element, little-endian in its low bytes")]),
            Clause(
                .plain, "element",
                [.unsigned("element_bytes", 3, range: 1...4, unit: "bytes", \.elementBytes, "1, 2 or 4")]),
            Clause(.plain, "row", [.bytes("row", \.rowBytes, "contiguous bytes per step, a multiple of the element")]),
            Clause(
                .loops(fields: 2), "loop",
                [
                    .count("count_0", \.loops[0].count, "steps of the outermost loop"),
                    .localStride("stride_0", \.loops[0].stride, "step of the outermost loop"),
                    .count("count_1", \.loops[1].count, "steps of the middle loop"),
                    .localStride("stride_1", \.loops[1].stride, "step of the middle loop"),
                    .count("count_2", \.loops[2].count, "steps of the innermost loop"),
                    .localStride("stride_2", \.loops[2].stride, "step of the innermost loop"),
                ]),
        ])
}

extension Fill {
    var valuePattern: Int {
        get { Int(value) }
        set { value = UInt32(truncatingIfNeeded: newValue) }
    }
}
