extension BuildTables {
    /// Scales of one row: one per table, one per 16 tables, or none.
    public var scalesPerRow: Int {
        switch entries {
        case .exact: 0
        case .int8PerTable: quads
        case .int8Per64: ceilingQuotient(quads, 16)
        }
    }
}

extension VectorUnit {
    /// Entries of a half table of four activations.
    static let entriesPerTable = 8

    /// Exact entries: rows * ceil(quads / tablesPerCycle), the row and table group counters (`row_q`, `quad_q`).
    ///
    /// INT8 entries need each table twice, because its scale is known only after its greatest entry (docs/numerics.md):
    /// * table maximum: a first pass at the same rate that only compares (`maximum_q`);
    /// * scale division: one f32 division per scale, `lanes` at a time (`scale_q`);
    /// * entry division: eight f32 divisions per table, `lanes` at a time, in the second pass.
    func timing(_ build: BuildTables) -> UnitTiming {
        let ideal = ceilingQuotient(build.rows * build.quads, tablesPerCycle)
        let issue = build.rows * ceilingQuotient(build.quads, tablesPerCycle)
        var parts: [UnitTiming.Part] = [
            .init(.tablePrecompute, "tables", ideal),
            .init(.raggedEdges, "empty table builders", issue - ideal),
        ]
        if build.entries != .exact {
            let scales = build.rows * ceilingQuotient(build.scalesPerRow, lanes)
            let entries = build.rows * ceilingQuotient(build.quads * Self.entriesPerTable, lanes)
            parts += [
                .init(.tablePrecompute, "table maximum", issue),
                .init(.tablePrecompute, "scale division", scales * divideInterval),
                .init(.tablePrecompute, "entry division", entries * divideInterval),
            ]
        }
        return UnitTiming(occupancyParts: parts, latencyParts: pipeline)
    }
}
