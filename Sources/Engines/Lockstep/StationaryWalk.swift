import Arch

/// What a weight-stationary array does when: the schedule walked tile by tile and row by row.
struct StationaryWalk {
    /// One tile of weights with the rows that meet it.
    struct Tile {
        var block: Int
        var columns: Range<Int>
        var rows: Range<Int>
        var kBlock: KBlock
        var isFirst: Bool
        /// Cycles in which its rows enter.
        var entries: [Int]
    }

    let schedule: StationarySchedule
    let tiles: [Tile]

    init(_ schedule: StationarySchedule) {
        self.schedule = schedule
        var tiles: [Tile] = []
        // The weights of a tile are loaded while the rows of the one before enter, those of the first one before anything.
        var free = 0
        var loadStarts = 0
        // Where outliers are walked beside the array, their unit is free in this cycle.
        var unitFree = 0
        for block in 0..<schedule.blockCount {
            let first = block * schedule.columnLanes
            let columns = first..<min(schedule.columns, first + schedule.columnLanes)
            for firstRow in stride(from: 0, to: schedule.rows, by: max(1, schedule.stripRows)) {
                let rows = firstRow..<min(schedule.rows, firstRow + schedule.stripRows)
                var turns = (schedule.turns ?? [])[...]
                for (index, kBlock) in schedule.kBlocks.enumerated() {
                    var start = max(free, loadStarts + schedule.load(kBlock))
                    let interval = schedule.interval(kBlock, columns: columns.count)
                    if kBlock.endsSegment, let count = turns.popFirst(), count > 0 {
                        start = max(start, unitFree + (count - 1) * rows.count + schedule.turnDelay)
                        unitFree = start + (rows.count - 1) * interval + 1
                    }
                    let entries = rows.indices.map { start + ($0 - rows.lowerBound) * interval }
                    tiles.append(
                        Tile(
                            block: block, columns: columns, rows: rows, kBlock: kBlock, isFirst: index == 0,
                            entries: entries))
                    free = start + max(rows.count * interval, schedule.trees(kBlock))
                    loadStarts = start
                }
            }
        }
        self.tiles = tiles
    }
}
