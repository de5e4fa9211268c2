import Arch

/// How the chains work through one instruction, output-stationary: every pass gives each chain two rows and a column and
/// walks through K, a chain's length per cycle. N:M weights leave most of a chain without work on its `chainLength` k, so
/// reduction nodes cut it into `parts` of their own columns.
struct DSPSchedule: Sendable {
    /// Rows and columns of a pass.
    struct Arrangement: Hashable, Sendable {
        var rows: Int
        var columns: Int
    }

    let parts: ChainParts
    let cut: KCut
    let kBlocks: [KBlock]
    /// Cycles of each part of K whose sums leave together: of a segment, or of all K for integer output.
    let segmentCycles: [Int]
    let arrangement: Arrangement
    let cycles: PassCycles

    init(_ engine: DSPChain, _ multiply: Multiply) {
        parts = ChainParts(engine, multiply.structure.pattern)
        cut = KCut(multiply, granule: multiply.structure.granule)
        kBlocks = cut.blocks(of: parts.length, run: multiply.contiguousRun, structure: multiply.structure)
        var counts: [Int] = []
        var count = 0
        for kBlock in kBlocks {
            count += 1
            guard kBlock.endsSegment else { continue }
            counts.append(count)
            count = 0
        }
        segmentCycles = counts
        // Both arrangements compute the same bits; the one that is done first is taken, the matrix one when both are.
        let choices = [
            Arrangement(rows: engine.rows, columns: parts.count * engine.columns),
            Arrangement(rows: 2, columns: parts.count * engine.vectorColumns),
        ].map { ($0, PassCycles($0, multiply, segmentCycles: counts, lanes: engine.epilogueLanes)) }
        (arrangement, cycles) = choices[1].1.total < choices[0].1.total ? choices[1] : choices[0]
    }
}

/// Cycles of all passes. A segment's sums move to shadow registers when those are empty, else the chains wait; the
/// shadow registers empty in ceil(outputs of the pass / lanes) cycles.
struct PassCycles: Hashable, Sendable {
    var rowPasses = 0
    var columnPasses = 0
    /// One per pass and K block.
    var issue = 0
    /// Waiting for the shadow registers.
    var held = 0
    /// The last sums leave.
    var last = 0

    var total: Int { issue + held + last }

    init(_ arrangement: DSPSchedule.Arrangement, _ multiply: Multiply, segmentCycles: [Int], lanes: Int) {
        guard multiply.rows > 0, multiply.columns > 0, let first = segmentCycles.first else { return }
        rowPasses = ceilDivide(multiply.rows, arrangement.rows)
        columnPasses = ceilDivide(multiply.columns, arrangement.columns)
        issue = rowPasses * columnPasses * segmentCycles.reduce(0, +)
        for rows in parts(of: multiply.rows, by: arrangement.rows) {
            for columns in parts(of: multiply.columns, by: arrangement.columns) {
                let leave = ceilDivide(rows.size * columns.size, lanes)
                // Every segment waits for the sums of the one before, the first one for those of the pass before.
                held += rows.count * columns.count * segmentCycles.reduce(0) { $0 + max(0, leave - $1) }
                last = leave
            }
        }
        // Nothing comes behind the last pass, whose parts of the axes are the last ones.
        held -= max(0, last - first)
    }
}
