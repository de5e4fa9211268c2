import Arch

/// The order in which an output-stationary array works through one instruction: tiles of outputs, one step of K per cycle.
/// Every element has a register for its running sum and one for the sum that is leaving, so the sums of a segment leave
/// while the next segment runs, row after row through the lower border.
struct OutputStationarySchedule: Sendable {
    let rows: Int
    let columns: Int
    let rowLanes: Int
    let columnLanes: Int
    let cut: KCut
    /// Sums that leave per cycle; `nil` when a whole row does.
    let leavingLanes: Int?

    var rowTiles: [Parts] { parts(of: rows, by: rowLanes) }
    var columnTiles: [Parts] { parts(of: columns, by: columnLanes) }
    var rowTileCount: Int { ceilDivide(rows, rowLanes) }
    var columnTileCount: Int { ceilDivide(columns, columnLanes) }
    /// Times that sums leave a tile: with integer output once, at its end.
    var segments: [Int] { leavingLanes == nil ? [cut.depth] : cut.segments.map(\.range.count) }

    /// The registers of an array of exponent-integer elements, from the scratchpads to the sums. Operands go from one node of
    /// two by two elements to the next through the whole array, because sums leave through its lower border.
    /// - Parameters:
    ///   - rows: of elements.
    ///   - columns: of elements.
    ///   - elements: neighbours that share a product.
    ///   - wide: what takes several of them.
    func registers(rows: Int, columns: Int, joining elements: Int, wide: String) -> [UnitTiming.Part] {
        [
            .init(.fillAndDrain, "operand register", 1),
            .init(.fillAndDrain, "decoder register", 1),
            .init(.fillAndDrain, "operands pass the rows and columns", rows / 2 + columns / 2 - 2),
            .init(.fillAndDrain, "product register", 1),
            .init(.fillAndDrain, "shift register", 1),
            .init(.fillAndDrain, "join registers of wide \(wide)", levels(elements)),
            .init(.fillAndDrain, "sum registers", 1),
        ]
    }

    /// Cycles in which the sums of a tile leave.
    func drain(rows: Int, columns: Int) -> Int { rows * (leavingLanes.map { ceilDivide(columns, $0) } ?? 1) }
}

/// Closed form of the schedule: with L(s) steps in segment s and D cycles for the sums of a tile to leave, segment s + 1
/// ends max(L(s + 1), D of the tile of segment s) after segment s; occupancy = L(first) + all these + D of the last tile.
struct OutputStationaryCycles {
    /// One cycle per step of K and tile.
    var issue = 0
    /// Cycles that a segment waits for the sums of the one before to leave.
    var waiting = 0
    /// D of the last tile.
    var lastDrain = 0

    init(_ schedule: OutputStationarySchedule) {
        let segments = schedule.segments
        guard let first = segments.first, schedule.rows > 0, schedule.columns > 0 else { return }
        var waitBeforeFirst = 0
        for column in schedule.columnTiles {
            for row in schedule.rowTiles {
                let tiles = column.count * row.count
                let drain = schedule.drain(rows: row.size, columns: column.size)
                let inside = segments.dropFirst().reduce(0) { $0 + max(0, drain - $1) }
                // The first segment of the next tile waits for the last one of this tile.
                let after = max(0, drain - first)
                issue += tiles * schedule.cut.depth
                waiting += tiles * (inside + after)
                (lastDrain, waitBeforeFirst) = (drain, after)
            }
        }
        // Nothing follows the last tile.
        waiting -= waitBeforeFirst
    }

    func parts(ideal: Int, unused: String) -> [UnitTiming.Part] {
        [
            .init(.ideal, "steps of K at full width", ideal),
            .init(.raggedEdges, unused, issue - ideal),
            .init(.epilogue, "segments held back by sums that leave", waiting),
            .init(.fillAndDrain, "sums of the last tile leave", lastDrain),
        ]
    }
}
