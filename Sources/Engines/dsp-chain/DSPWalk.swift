import Arch

/// What the chains do when: the schedule of a single core walked step by step.
struct DSPWalk {
    /// Weights of a step.
    enum Weights {
        /// The stored ones of this range, of every column of the pass.
        case stored(Range<Int>)
        /// Of a block of K, chain after chain.
        case blocks([BlockPart], depthBlock: Int)
    }

    /// What a chain takes of a block of 16 columns: as many of them as it has parts of N slices.
    struct BlockPart {
        /// The first of its columns in the pass.
        var place: Int
        /// N
        var kept: Int
    }

    /// What is done before sums leave: activations, as k as laid out, and the weights that they meet, step by step.
    struct Part {
        var segment: KCut.Segment
        var steps: [(window: Range<Int>, weights: Weights)]
    }

    /// One step of K of a pass.
    struct Step {
        var rows: Range<Int>
        var columns: Range<Int>
        var window: Range<Int>
        var weights: Weights
        var segment: KCut.Segment
        var beginsSegment: Bool
        var endsSegment: Bool
        /// Sums that leave with it are complete.
        var isLast: Bool
        /// Cycle in which it enters.
        var cycle: Int
        /// Of the pass: first word of the accumulators, each of as many sums as leave at once.
        var word: Int
        var words: Int
    }

    let steps: [Step]

    init(_ schedule: DSPSchedule, _ multiply: Multiply, lanes: Int) {
        var parts: [Part] = []
        var steps: [(Range<Int>, Weights)] = []
        for kBlock in schedule.kBlocks {
            steps.append((kBlock.window, .stored(kBlock.range)))
            guard kBlock.endsSegment else { continue }
            parts.append(Part(segment: kBlock.segment, steps: steps))
            steps = []
        }
        let width = schedule.arrangement.columns
        let passes = stride(from: 0, to: multiply.columns, by: width).map {
            (columns: $0..<min(multiply.columns, $0 + width), parts: parts)
        }
        self.init(multiply, rows: schedule.arrangement.rows, passes: passes, lanes: lanes)
    }

    /// - Parameters:
    ///   - rows: of a pass.
    ///   - passes: of the same rows.
    init(_ multiply: Multiply, rows rowsAtOnce: Int, passes: [(columns: Range<Int>, parts: [Part])], lanes: Int) {
        var steps: [Step] = []
        var (time, mayEnd, word) = (0, 0, 0)
        for firstRow in stride(from: 0, to: multiply.rows, by: rowsAtOnce) {
            let rows = firstRow..<min(multiply.rows, firstRow + rowsAtOnce)
            for pass in passes {
                let words = ceilDivide(rows.count * pass.columns.count, lanes)
                for (index, part) in pass.parts.enumerated() {
                    for (place, step) in part.steps.enumerated() {
                        let ends = place + 1 == part.steps.count
                        // The sums of a segment need the shadow registers, which those of the one before leave.
                        let cycle = ends ? max(time, mayEnd) : time
                        steps.append(
                            Step(
                                rows: rows, columns: pass.columns, window: step.window, weights: step.weights,
                                segment: part.segment, beginsSegment: place == 0, endsSegment: ends,
                                isLast: ends && index + 1 == pass.parts.count, cycle: cycle, word: word, words: words))
                        time = cycle + 1
                        if ends { mayEnd = cycle + words }
                    }
                }
                word += words
            }
        }
        self.steps = steps
    }

    /// Steps whose sums leave.
    var leaving: [Step] { steps.filter(\.endsSegment) }
}

extension DSPWalk.Step {
    /// Row and column of the sums of a word, lane by lane; row after row.
    func outputs(word: Int, lanes: Int) -> [(row: Int, column: Int)] {
        let sums = word * lanes..<min((word + 1) * lanes, rows.count * columns.count)
        return sums.map { (rows.lowerBound + $0 / columns.count, columns.lowerBound + $0 % columns.count) }
    }
}
