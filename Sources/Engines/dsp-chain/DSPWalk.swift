import Arch

/// What the chains do when: the schedule of a single core walked step by step.
struct DSPWalk {
    /// One block of K of a pass.
    struct Step {
        var rows: Range<Int>
        var columns: Range<Int>
        var kBlock: KBlock
        var beginsSegment: Bool
        /// Cycle in which it enters.
        var cycle: Int
        /// Of the pass: first word of the accumulators, each of as many sums as leave at once.
        var word: Int
        var words: Int
    }

    let steps: [Step]

    init(_ schedule: DSPSchedule, _ multiply: Multiply, lanes: Int) {
        var steps: [Step] = []
        var (time, mayEnd, word) = (0, 0, 0)
        let arrangement = schedule.arrangement
        for firstRow in stride(from: 0, to: multiply.rows, by: arrangement.rows) {
            let rows = firstRow..<min(multiply.rows, firstRow + arrangement.rows)
            for firstColumn in stride(from: 0, to: multiply.columns, by: arrangement.columns) {
                let columns = firstColumn..<min(multiply.columns, firstColumn + arrangement.columns)
                let words = ceilDivide(rows.count * columns.count, lanes)
                var begins = true
                for kBlock in schedule.kBlocks {
                    // The sums of a segment need the shadow registers, which those of the one before leave.
                    let cycle = kBlock.endsSegment ? max(time, mayEnd) : time
                    steps.append(
                        Step(
                            rows: rows, columns: columns, kBlock: kBlock, beginsSegment: begins, cycle: cycle, word: word,
                            words: words))
                    time = cycle + 1
                    if kBlock.endsSegment { mayEnd = cycle + words }
                    begins = kBlock.endsSegment
                }
                word += words
            }
        }
        self.steps = steps
    }

    /// Steps whose sums leave.
    var leaving: [Step] { steps.filter(\.kBlock.endsSegment) }
}

extension DSPWalk.Step {
    /// Row and column of the sums of a word, lane by lane; row after row.
    func outputs(word: Int, lanes: Int) -> [(row: Int, column: Int)] {
        let sums = word * lanes..<min((word + 1) * lanes, rows.count * columns.count)
        return sums.map { (rows.lowerBound + $0 / columns.count, columns.lowerBound + $0 % columns.count) }
    }
}
