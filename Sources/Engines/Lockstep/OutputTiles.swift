import Arch

/// What an output-stationary array does when: tile of outputs by tile of outputs, segment by segment. The sums of a segment
/// leave row after row while the next segment runs, which may end when they have left.
struct OutputTiles {
    /// A segment of a tile.
    struct Part {
        var rows: Range<Int>
        var columns: Range<Int>
        var segment: KCut.Segment
        /// Cycle in which its last step enters.
        var end: Int
        /// First word of the tile in the accumulators, a word per row.
        var word: Int
        /// Cycles in which a row of sums leaves.
        var chunks: Int
        /// The sums of the tile are complete.
        var isLast: Bool

        /// Cycles in which its sums leave.
        var drain: Int { rows.count * chunks }
    }

    let multiply: Multiply
    /// Units that correct and scale sums.
    let lanes: Int
    let parts: [Part]

    /// - Parameters:
    ///   - rows: of a tile.
    ///   - columns: of a tile.
    ///   - steps: cycles of each segment.
    ///   - leavingLanes: sums that leave per cycle; `nil` when a whole row does.
    init(
        _ multiply: Multiply, rows rowLanes: Int, columns columnLanes: Int, segments: [KCut.Segment], steps: [Int],
        leavingLanes: Int?, lanes: Int
    ) {
        var parts: [Part] = []
        var (time, mayEnd, word) = (0, 0, 0)
        for firstColumn in stride(from: 0, to: multiply.columns, by: columnLanes) {
            let columns = firstColumn..<min(multiply.columns, firstColumn + columnLanes)
            for firstRow in stride(from: 0, to: multiply.rows, by: rowLanes) {
                let rows = firstRow..<min(multiply.rows, firstRow + rowLanes)
                for (index, segment) in segments.enumerated() {
                    let end = max(time + steps[index] - 1, mayEnd)
                    let part = Part(
                        rows: rows, columns: columns, segment: segment, end: end, word: word,
                        chunks: leavingLanes.map { ceilDivide(columns.count, $0) } ?? 1, isLast: index + 1 == segments.count)
                    parts.append(part)
                    time = end + 1
                    mayEnd = end + part.drain
                }
                word += rows.count
            }
        }
        self.multiply = multiply
        self.lanes = lanes
        self.parts = parts
    }

    init(_ multiply: Multiply, _ schedule: OutputStationarySchedule, lanes: Int) {
        self.init(
            multiply, rows: schedule.rowLanes, columns: schedule.columnLanes, segments: schedule.cut.segments,
            steps: schedule.cut.segments.map(\.range.count), leavingLanes: schedule.leavingLanes, lanes: lanes)
    }

    /// A beat for each chunk of each row that leaves: an element for every lane.
    private func chunkBeats(_ beat: (Part, _ row: Int, _ columns: [Int?]) -> [Int]) -> [[Int]] {
        parts.flatMap { part in
            part.rows.flatMap { row in
                stride(from: part.columns.lowerBound, to: part.columns.upperBound, by: lanes).map { first in
                    beat(part, row, (first..<first + lanes).map { part.columns.contains($0) ? $0 : nil })
                }
            }
        }
    }

    /// Scales of the sums that leave.
    func scaleStream(_ parameters: GroupParameters) -> BeatStream {
        let beats = !multiply.isScaled ? [] : chunkBeats { part, row, columns in
            columns.map { $0.map { Int(parameters.columnScale($0, part.segment).bitPattern) } ?? 0 }
                + [Int(parameters.rowScale(row, part.segment).bitPattern)]
        }
        return BeatStream(
            "scale", fields: [RTLPort("scale_column_i", bits: 32, count: lanes), RTLPort("scale_row_i", bits: 32)],
            beats: beats)
    }

    /// Factors of the corrections of the sums that leave through the lanes.
    func zeroStream(_ parameters: GroupParameters, _ correction: GroupCorrection) -> BeatStream {
        let beats = chunkBeats { part, _, columns in
            columns.map {
                $0.map { correction.factor(zero: parameters.zero(column: $0, group: part.segment.weightGroup)) } ?? 0
            }
        }
        return BeatStream("zero", fields: [.signed("zero_factor_i", bits: 17, count: lanes)], beats: beats)
    }

    /// What the accumulators hold before an instruction that adds to them.
    func preload(_ results: [[UInt32]]) -> [Int: [UInt32]] {
        guard multiply.accumulate else { return [:] }
        var words: [Int: [UInt32]] = [:]
        for part in parts where part.isLast {
            for row in part.rows { words[part.word + row - part.rows.lowerBound] = part.columns.map { results[row][$0] } }
        }
        return words
    }

    /// The last step of K, its way to the register in front of the lanes, and from row to row.
    func retires(latency: Int, results: [[UInt32]]) -> [Retire] {
        parts.flatMap { part in
            part.rows.enumerated().flatMap { line, row in
                (0..<part.chunks).map { chunk in
                    let width = part.chunks > 1 ? lanes : part.columns.count
                    let places = chunk * width..<min(part.columns.count, (chunk + 1) * width)
                    let values = places.map { place -> (Int, Retire.Value) in
                        (place, part.isLast ? .exactly(results[row][part.columns.lowerBound + place]) : .partial)
                    }
                    return Retire(
                        cycle: part.end + latency + 1 + line * part.chunks + chunk, address: part.word + line,
                        lanes: Dictionary(uniqueKeysWithValues: values))
                }
            }
        }
    }
}
