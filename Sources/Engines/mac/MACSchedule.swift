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
    /// k as laid out of one run of activations.
    var laidOutRun: Int
    var run: Int

    init(_ engine: MACArray, _ multiply: Multiply) {
        columns = multiply.columns
        columnLanes = engine.columns
        rows = multiply.rows
        structure = multiply.structure
        cut = KCut(multiply, granule: structure.granule)
        run = multiply.run
        laidOutRun = roundUp(run, to: structure.granule)
        kBlocks = cut.blocks(of: engine.rows, multiply)
        // Integer output accumulates in the scratchpad; a scaled segment of several tiles keeps its sums in the engine.
        let holdsPartials = multiply.isScaled && kBlocks.contains { !$0.endsSegment }
        stripRows = holdsPartials ? min(rows, engine.partialRows) : rows
    }

    /// Row counts of the strips: whole strips and, when there is one, the shorter last.
    var strips: [Parts] { parts(of: rows, by: stripRows) }
    /// Column counts of the column blocks.
    var blocks: [Parts] { parts(of: columns, by: columnLanes) }
    var blockCount: Int { ceilDivide(columns, columnLanes) }
    /// Weights stored of each column.
    var storedDepth: Int { structure.stored(of: cut.depth) }
    /// Activations that the K blocks read for one row: the windows without the padding of runs.
    var activationsPerRow: Int {
        kBlocks.reduce(0) { total, block in
            let start = block.window.lowerBound
            let runEnd = start / laidOutRun * laidOutRun + run
            // A window that spans several runs pads none of them.
            let end = laidOutRun == run ? block.window.upperBound : min(block.window.upperBound, runEnd)
            return total + max(0, end - start)
        }
    }
    var stripCount: Int { rows == 0 ? 0 : ceilDivide(rows, stripRows) }
}
