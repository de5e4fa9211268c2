extension VectorUnit {
    /// Adder trees of one table builder: the entries of a half table of four activations.
    public static let treesPerBuilder = 8
    /// Adders of one tree. The first activation only sets a sign, so a tree adds four activations in one turn; a longer
    /// sum takes the tree again, with the part so far as its first operand.
    static let addersPerTree = 3

    /// Turns of a tree for one table: `count` entries of length - 1 additions each.
    static func treeTurns(of format: TableFormat) -> Int {
        format.count * max(1, ceilingQuotient(format.length - 1, addersPerTree))
    }

    /// The share of a builder's cycle, or the cycles, that one table takes: 1 for a half table of four activations.
    public static func builderTurns(of format: TableFormat) -> Double {
        Double(treeTurns(of: format)) / Double(treesPerBuilder)
    }

    /// Tables that all builders make per cycle where nothing is left over: what `timing` takes for very many.
    public func tablesPerCycle(of format: TableFormat) -> Double {
        let turns = Self.builderTurns(of: format) / Double(tablesPerCycle)
        guard let shared = format.tablesPerScale else { return 1 / turns }
        let divisions = Double(format.count) + 1 / Double(shared)
        return 1 / (2 * turns + divisions * Double(divideInterval) / Double(lanes))
    }

    /// Exact entries: rows * ceil(tree turns of a row / (tablesPerCycle * 8)), the row and turn counters (`row_q`,
    /// `turn_q`). The entries of a row are dealt to the trees of all builders in order, so that short tables share a
    /// builder and long ones take several.
    ///
    /// With a selection, selectors in front of the builders pick `selectionsPerBuilder` activations per cycle each, out of a
    /// row, by positions that are read beside them; a row waits for the slower of both (part *activation selectors*), and
    /// one more register stands in the pipeline. A tree takes one activation per turn at most where each is a table of its
    /// own, so as many selections as trees never make the builders wait.
    ///
    /// INT8 entries need each table twice, because its scale is known only after its greatest entry (docs/numerics.md):
    /// * table maximum: a first pass at the same rate that only compares (`maximum_q`);
    /// * scale division: one f32 division per scale, `lanes` at a time (`scale_q`);
    /// * entry division: an f32 division per entry, `lanes` at a time, in the second pass.
    func timing(_ build: BuildTables) -> UnitTiming {
        let turns = build.tablesPerRow * Self.treeTurns(of: build.format)
        let trees = tablesPerCycle * Self.treesPerBuilder
        let ideal = ceilingQuotient(build.rows * turns, trees)
        let issue = build.rows * ceilingQuotient(turns, trees)
        let picks = ceilingQuotient(build.selectedPerRow, tablesPerCycle * selectionsPerBuilder)
        var parts: [UnitTiming.Part] = [
            .init(.tablePrecompute, "tables", ideal),
            .init(.raggedEdges, "empty table builders", issue - ideal),
        ]
        if build.selection != nil {
            parts.append(.init(.tablePrecompute, "activation selectors", max(0, build.rows * picks - issue)))
        }
        if !build.entries.isExact {
            let scales = build.rows * ceilingQuotient(build.scalesPerRow, lanes)
            let entries = build.rows * ceilingQuotient(build.tablesPerRow * build.format.count, lanes)
            parts += [
                .init(.tablePrecompute, "table maximum", issue),
                .init(.tablePrecompute, "scale division", scales * divideInterval),
                .init(.tablePrecompute, "entry division", entries * divideInterval),
            ]
        }
        let selectors = build.selection == nil ? [] : [UnitTiming.Part(.fillAndDrain, "selector register", 1)]
        return UnitTiming(occupancyParts: parts, latencyParts: pipeline + selectors)
    }
}
