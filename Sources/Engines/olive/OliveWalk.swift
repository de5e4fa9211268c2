import Arch

/// What the array does when: its schedule walked tile by tile and segment by segment.
struct OliveWalk {
    /// A segment of a tile.
    struct Part {
        var rows: Range<Int>
        var columns: Range<Int>
        var segment: KCut.Segment
        /// Cycle in which its last step of K enters.
        var end: Int
        /// First word of the tile in the accumulators, a word per row.
        var word: Int
        /// Cycles in which a row of sums leaves.
        var chunks: Int
    }

    let parts: [Part]

    init(_ schedule: OutputStationarySchedule) {
        var parts: [Part] = []
        var (time, mayEnd, word) = (0, 0, 0)
        for firstColumn in stride(from: 0, to: schedule.columns, by: schedule.columnLanes) {
            let columns = firstColumn..<min(schedule.columns, firstColumn + schedule.columnLanes)
            for firstRow in stride(from: 0, to: schedule.rows, by: schedule.rowLanes) {
                let rows = firstRow..<min(schedule.rows, firstRow + schedule.rowLanes)
                for segment in schedule.cut.segments {
                    let end = max(time + segment.range.count - 1, mayEnd)
                    parts.append(
                        Part(
                            rows: rows, columns: columns, segment: segment, end: end, word: word,
                            chunks: schedule.leavingLanes.map { ceilDivide(columns.count, $0) } ?? 1))
                    time = end + 1
                    mayEnd = end + schedule.drain(rows: rows.count, columns: columns.count)
                }
                word += rows.count
            }
        }
        self.parts = parts
    }
}
