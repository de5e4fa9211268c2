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
    var structure: Multiply.Structure

    init(_ engine: MACArray, _ multiply: Multiply) {
        columns = multiply.columns
        columnLanes = engine.columns
        rows = multiply.rows
        structure = multiply.structure
        cut = KCut(multiply, granule: structure.granule)
        // The order of a sum of floats is the graph's, so its blocks do not depend on how taps lie in memory.
        let hasFloats = multiply.activationFormat.isFloat || multiply.codes.floatCodec != nil
        kBlocks = cut.blocks(
            of: engine.rows, run: hasFloats ? multiply.run : multiply.contiguousRun, structure: structure)
        // Sums that leave at the end of a segment stay in the engine while it takes several tiles.
        let holdsPartials = engine.sums(multiply).leaveBySegment && kBlocks.contains { !$0.endsSegment }
        stripRows = holdsPartials ? min(rows, engine.partialRows) : rows
    }

    /// Row counts of the strips: whole strips and, when there is one, the shorter last.
    var strips: [Parts] { parts(of: rows, by: stripRows) }
    /// Column counts of the column blocks.
    var blocks: [Parts] { parts(of: columns, by: columnLanes) }
    var blockCount: Int { ceilDivide(columns, columnLanes) }
    /// Weights stored of each column.
    var storedDepth: Int { structure.stored(of: cut.depth) }
    var stripCount: Int { rows == 0 ? 0 : ceilDivide(rows, stripRows) }
}
