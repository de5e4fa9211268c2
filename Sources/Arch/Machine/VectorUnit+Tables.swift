extension BuildTables {
    /// Scales of one row: one per table, one per 16 tables, or none.
    public var scalesPerRow: Int { entries.scaleGroups(quads: quads) }
}

extension VectorUnit {
    /// Entries that one table builder makes per cycle: those of a half table of four activations.
    static let entriesPerTable = 8

    /// Exact entries: rows * ceil(turns / tablesPerCycle), the row and table group counters (`row_q`, `quad_q`). A builder
    /// has eight adder trees, so a half table takes one of its turns and a full table two: turns = quads * entries / 8.
    ///
    /// INT8 entries need each table twice, because its scale is known only after its greatest entry (docs/numerics.md):
    /// * table maximum: a first pass at the same rate that only compares (`maximum_q`);
    /// * scale division: one f32 division per scale, `lanes` at a time (`scale_q`);
    /// * entry division: an f32 division per entry, `lanes` at a time, in the second pass.
    func timing(_ build: BuildTables) -> UnitTiming {
        let turns = build.quads * build.entries.count / Self.entriesPerTable
        let ideal = ceilingQuotient(build.rows * turns, tablesPerCycle)
        let issue = build.rows * ceilingQuotient(turns, tablesPerCycle)
        var parts: [UnitTiming.Part] = [
            .init(.tablePrecompute, "tables", ideal),
            .init(.raggedEdges, "empty table builders", issue - ideal),
        ]
        if !build.entries.isExact {
            let scales = build.rows * ceilingQuotient(build.scalesPerRow, lanes)
            let entries = build.rows * ceilingQuotient(build.quads * build.entries.count, lanes)
            parts += [
                .init(.tablePrecompute, "table maximum", issue),
                .init(.tablePrecompute, "scale division", scales * divideInterval),
                .init(.tablePrecompute, "entry division", entries * divideInterval),
            ]
        }
        return UnitTiming(occupancyParts: parts, latencyParts: pipeline)
    }
}
