import Arch

/// The order in which the array works through one instruction: column blocks, strips of rows, K blocks, rows.
struct MACSchedule: Sendable {
    /// K rows of one weight tile: never across a segment of scales, nor across two runs of activations, because one
    /// contiguous read fetches the activations of a cycle.
    struct KBlock: Hashable, Sendable {
        var range: Range<Int>
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

    init(_ engine: MACArray, _ multiply: Multiply) {
        columns = multiply.columns
        columnLanes = engine.columns
        rows = multiply.rows
        cut = KCut(multiply, granule: 1)
        // The order of a sum of floats is the graph's, so its blocks do not depend on how taps lie in memory.
        let hasFloats = multiply.activationFormat.isFloat || multiply.codes.floatCodec != nil
        let run = max(1, hasFloats ? multiply.run : multiply.contiguousRun)
        kBlocks = []
        for segment in cut.segments {
            var start = segment.range.lowerBound
            while start < segment.range.upperBound {
                let runEnd = (start / run + 1) * run
                let end = min(segment.range.upperBound, start + engine.rows, runEnd)
                kBlocks.append(
                    KBlock(range: start..<end, segment: segment, endsSegment: end == segment.range.upperBound))
                start = end
            }
        }
        // Sums that leave at the end of a segment stay in the engine while it takes several tiles.
        let holdsPartials = engine.sums(multiply).leaveBySegment && kBlocks.contains { !$0.endsSegment }
        stripRows = holdsPartials ? min(rows, engine.partialRows) : rows
    }

    /// Row counts of the strips: whole strips and, when there is one, the shorter last.
    var strips: [(rows: Int, count: Int)] { Self.parts(of: rows, by: stripRows) }
    /// Column counts of the column blocks.
    var blocks: [(columns: Int, count: Int)] {
        Self.parts(of: columns, by: columnLanes).map { (columns: $0.rows, count: $0.count) }
    }
    var blockCount: Int { ceilDivide(columns, columnLanes) }
    var stripCount: Int { rows == 0 ? 0 : ceilDivide(rows, stripRows) }

    private static func parts(of total: Int, by size: Int) -> [(rows: Int, count: Int)] {
        guard total > 0 else { return [] }
        let (whole, rest) = total.quotientAndRemainder(dividingBy: size)
        return (whole > 0 ? [(size, whole)] : []) + (rest > 0 ? [(rest, 1)] : [])
    }
}

extension Multiply {
    /// Activations that lie contiguously: the run, joined over kx and ky where their strides leave no gap.
    var contiguousRun: Int {
        let bytes = activationFormat.elementBytes
        guard kx.count == 1 || kx.stride == run * bytes else { return run }
        let joined = run * kx.count
        guard ky.count == 1 || ky.stride == joined * bytes else { return joined }
        return joined * ky.count
    }
}
