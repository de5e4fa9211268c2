import Arch

/// Cycles of an output-stationary array, whose passes take a tile of outputs each through all of K. A segment's sums move to
/// shadow registers when those are empty, else the array waits.
struct PassCycles: Hashable, Sendable {
    /// Rows and columns of a pass.
    struct Arrangement: Hashable, Sendable {
        var rows: Int
        var columns: Int
    }

    /// How the shadow registers empty.
    enum Leaving: Hashable, Sendable {
        /// As many sums per cycle as there are lanes, packed across rows: ceil(outputs of the pass / lanes) cycles.
        case packed
        /// Sums of one row per cycle: rows times ceil(columns of the pass / lanes).
        case byRow
    }

    var rowPasses = 0
    var columnPasses = 0
    /// Cycles of the segments in all passes.
    var issue = 0
    /// Waiting for the shadow registers.
    var held = 0
    /// The last sums leave.
    var last = 0

    var total: Int { issue + held + last }

    /// - Parameter segmentCycles: cycles of each part of K whose sums leave together.
    init(_ arrangement: Arrangement, _ multiply: Multiply, segmentCycles: [Int], lanes: Int, leaving: Leaving) {
        guard multiply.rows > 0, multiply.columns > 0, let first = segmentCycles.first else { return }
        rowPasses = ceilDivide(multiply.rows, arrangement.rows)
        columnPasses = ceilDivide(multiply.columns, arrangement.columns)
        issue = rowPasses * columnPasses * segmentCycles.reduce(0, +)
        for rows in parts(of: multiply.rows, by: arrangement.rows) {
            for columns in parts(of: multiply.columns, by: arrangement.columns) {
                let leave = switch leaving {
                case .packed: ceilDivide(rows.size * columns.size, lanes)
                case .byRow: rows.size * ceilDivide(columns.size, lanes)
                }
                // Every segment waits for the sums of the one before, the first one for those of the pass before.
                held += rows.count * columns.count * segmentCycles.reduce(0) { $0 + max(0, leave - $1) }
                last = leave
            }
        }
        // Nothing comes behind the last pass, whose parts of the axes are the last ones.
        held -= max(0, last - first)
    }
}
