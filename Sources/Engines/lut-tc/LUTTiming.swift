import Arch

/// Output-stationary: every pass gives each array one m x n tile and walks all tables and bit planes. At the end of a
/// segment (of the pass, for integer output) the sums move to shadow registers, from which they leave in `leave`
/// cycles while the next segment is looked up: transfers are at least `leave` cycles apart.
extension LUTTensorCore {
    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let walk = LUTWalk(self, multiply, shape: shape)
        let lookups = walk.passes * walk.tables * multiply.weightBits
        let work = multiply.rows * multiply.columns * multiply.depth * multiply.weightBits
        let ideal = ceilDivide(work, arrays * m * n * k)
        let held = walk.passes * walk.segmentTables.reduce(0) { $0 + max(0, walk.leave - $1 * multiply.weightBits) }
        let isScaled = multiply.isScaled
        return UnitTiming(
            occupancyParts: [
                .init(.ideal, "lookups at full width", ideal),
                .init(.raggedEdges, "rows, columns or K not used", lookups - ideal),
                .init(
                    isScaled ? .epilogue : .fillAndDrain, "shadow registers still leaving", held),
                .init(.epilogue, "last sums through the scale lanes", walk.passes > 0 ? walk.leave - m : 0),
            ],
            latencyParts: latencyParts(scaled: isScaled))
    }

    private func latencyParts(scaled: Bool) -> [UnitTiming.Part] {
        let sums: [UnitTiming.Part] = [
            .init(.fillAndDrain, "table and weight operand register", 1),
            .init(.fillAndDrain, "lookup register", 1),
            .init(.fillAndDrain, "accumulate", 1),
            .init(.fillAndDrain, "zero correction register", 1),
        ]
        return sums + .leaving(scaled: scaled) + [.init(.fillAndDrain, "further rows leave the shadow registers", m - 1)]
    }
}

/// How the arrays walk through one instruction.
struct LUTWalk: Sendable {
    var arraysAlongColumns: Int
    var arraysAlongRows: Int
    /// Tiles of all arrays together.
    var rowPasses: Int
    var columnPasses: Int
    /// Tables of one row.
    var tables: Int
    var segmentTables: [Int]
    var cut: KCut
    /// Cycles in which the shadow registers of an array empty: a row per cycle, or what the scale lanes take of each row.
    var leave: Int
    var passes: Int { rowPasses * columnPasses }

    init(_ engine: LUTTensorCore, _ multiply: Multiply, shape: LookupShape?) {
        let best = shape ?? engine.shapes(rows: multiply.rows, columns: multiply.columns).first
        arraysAlongColumns = max(1, min(engine.arrays, best?.arraysAlongColumns ?? 1))
        arraysAlongRows = engine.arrays / arraysAlongColumns
        rowPasses = ceilDivide(multiply.rows, engine.m * arraysAlongRows)
        columnPasses = ceilDivide(multiply.columns, engine.n * arraysAlongColumns)
        cut = KCut(multiply, granule: engine.k)
        tables = cut.depth / engine.k
        segmentTables = cut.segments.map { $0.range.count / engine.k }
        leave = multiply.isScaled ? engine.m * ceilDivide(engine.n, engine.epilogueLanes) : engine.m
    }
}
