/// Cycles that dense tiles wait for the outliers of their segment. Beside the schedule without outliers runs the time since their unit is
/// free: T turns of R rows are there for the last tile of their segment when (T - 1) R cycles of it have gone, and the delay of their
/// sums; the row behind that tile's last one finds the unit free.
struct TurnWaits {
    private(set) var cycles = 0

    init(_ schedule: StationarySchedule) {
        guard let turns = schedule.turns, let first = schedule.kBlocks.first else { return }
        let firstLoad = schedule.load(first)
        var elapsed = firstLoad
        for block in schedule.blocks {
            for _ in 0..<block.count {
                for strip in schedule.strips {
                    for _ in 0..<strip.count {
                        pass(schedule, turns, rows: strip.size, columns: block.size, nextLoad: firstLoad, &elapsed)
                    }
                }
            }
        }
    }

    /// All of K for one strip of rows.
    private mutating func pass(
        _ schedule: StationarySchedule, _ turns: [Int], rows: Int, columns: Int, nextLoad: Int, _ elapsed: inout Int
    ) {
        var segment = 0
        for (index, kBlock) in schedule.kBlocks.enumerated() {
            let interval = schedule.interval(kBlock, columns: columns)
            let compute = rows * interval
            if kBlock.endsSegment, turns[segment] > 0 {
                cycles += max(0, (turns[segment] - 1) * rows + schedule.turnDelay - elapsed)
                elapsed = interval - 1
            } else {
                elapsed += compute
            }
            if kBlock.endsSegment { segment += 1 }
            let load = index + 1 < schedule.kBlocks.count ? schedule.load(schedule.kBlocks[index + 1]) : nextLoad
            elapsed += max(0, load - compute)
        }
    }
}
