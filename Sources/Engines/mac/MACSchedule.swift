import Arch

/// The order in which the array works through one instruction: column blocks, strips of rows, K blocks, rows.
struct MACSchedule: Sendable {
    var columns: Int
    var columnLanes: Int
    var rows: Int
    /// Rows of one strip.
    var stripRows: Int
    var kBlocks: [KBlock]
    var cut: KCut

    init(_ engine: MACArray, _ multiply: Multiply) {
        columns = multiply.columns
        columnLanes = engine.columns
        rows = multiply.rows
        cut = KCut(multiply, granule: 1)
        kBlocks = cut.blocks(of: engine.rows, run: multiply.contiguousRun)
        // Integer output accumulates in the scratchpad; a scaled segment of several tiles keeps its sums in the engine.
        let holdsPartials = multiply.isScaled && kBlocks.contains { !$0.endsSegment }
        stripRows = holdsPartials ? min(rows, engine.partialRows) : rows
    }

    /// Row counts of the strips: whole strips and, when there is one, the shorter last.
    var strips: [Parts] { parts(of: rows, by: stripRows) }
    /// Column counts of the column blocks.
    var blocks: [Parts] { parts(of: columns, by: columnLanes) }
    var blockCount: Int { ceilDivide(columns, columnLanes) }
    var stripCount: Int { rows == 0 ? 0 : ceilDivide(rows, stripRows) }
}
