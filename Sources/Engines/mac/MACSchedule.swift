import Arch

/// The order in which the array works through one instruction: column blocks, strips of rows, K blocks, rows.
struct MACSchedule: Sendable {
    /// K rows of one weight tile: never across a segment of scales, nor across two runs of activations, because one
    /// contiguous read fetches the activations of a cycle.
    struct KBlock: Hashable, Sendable {
        /// Stored weights of each column: k as laid out, or kept k of structured weights.
        var range: Range<Int>
        /// k as laid out whose activations the tile's rows meet.
        var window: Range<Int>
        var segment: KCut.Segment
        /// The last tile of its segment: the sums leave through the epilogue (scaled output).
        var endsSegment: Bool
    }

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
        let granule = engine.depthGranule(structure.pattern)
        cut = KCut(multiply, granule: granule)
        self.run = multiply.run
        laidOutRun = roundUp(multiply.run, to: granule)
        let run = max(1, structure.stored(of: multiply.contiguousRun(granule: granule)))
        kBlocks = []
        for segment in cut.segments {
            let stored = structure.stored(segment.range)
            var start = stored.lowerBound
            while start < stored.upperBound {
                let runEnd = (start / run + 1) * run
                let end = min(stored.upperBound, structure.end(from: start, lanes: engine.rows), runEnd)
                kBlocks.append(
                    KBlock(
                        range: start..<end, window: structure.window(start..<end), segment: segment,
                        endsSegment: end == stored.upperBound))
                start = end
            }
        }
        // Integer output accumulates in the scratchpad; a scaled segment of several tiles keeps its sums in the engine.
        let holdsPartials = multiply.isScaled && kBlocks.contains { !$0.endsSegment }
        stripRows = holdsPartials ? min(rows, engine.partialRows) : rows
    }

    /// Row counts of the strips: whole strips and, when there is one, the shorter last.
    var strips: [(rows: Int, count: Int)] { Self.parts(of: rows, by: stripRows) }
    /// Column counts of the column blocks.
    var blocks: [(columns: Int, count: Int)] {
        Self.parts(of: columns, by: columnLanes).map { (columns: $0.rows, count: $0.count) }
    }
    var blockCount: Int { ceilDivide(columns, columnLanes) }
    /// Weights stored of each column.
    var storedDepth: Int { structure.stored(of: cut.depth) }
    /// Activations that the K blocks read for one row: the windows without the padding of runs.
    var activationsPerRow: Int {
        kBlocks.reduce(0) { total, block in
            let start = block.window.lowerBound
            let runEnd = start / laidOutRun * laidOutRun + run
            // A window that spans several runs pads none of them.
            return total + (laidOutRun == run ? block.window.count : max(0, min(block.window.upperBound, runEnd) - start))
        }
    }
    var stripCount: Int { rows == 0 ? 0 : ceilDivide(rows, stripRows) }

    private static func parts(of total: Int, by size: Int) -> [(rows: Int, count: Int)] {
        guard total > 0 else { return [] }
        let (whole, rest) = total.quotientAndRemainder(dividingBy: size)
        return (whole > 0 ? [(size, whole)] : []) + (rest > 0 ? [(rest, 1)] : [])
    }
}

extension Multiply {
    /// k as laid out whose activations lie contiguously: the run, joined over kx and ky where their strides leave no gap
    /// and the layout pads nothing.
    func contiguousRun(granule: Int) -> Int {
        guard run.isMultiple(of: granule) else { return roundUp(run, to: granule) }
        guard kx.count == 1 || kx.stride == run else { return run }
        let joined = run * kx.count
        guard ky.count == 1 || ky.stride == joined else { return joined }
        return joined * ky.count
    }
}
