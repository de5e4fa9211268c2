import Arch

/// What one array does when: its output tiles, segment by segment.
struct LookupWalk {
    /// A segment of an output tile.
    struct Step {
        var block: Int
        var rows: Range<Int>
        var columns: Range<Int>
        var segment: KCut.Segment
        /// Tables along K.
        var tables: Range<Int>
        /// The cycle behind its last lookup.
        var end: Int
        var isLastOfTile: Bool
    }

    let walk: LUTWalk
    let steps: [Step]

    init(_ engine: LUTTensorCore, _ multiply: Multiply) {
        let walk = LUTWalk(engine, multiply, shape: nil)
        var steps: [Step] = []
        // Shadow registers count as full when the instruction starts.
        var end = 0
        for block in 0..<walk.columnPasses {
            let columns = block * engine.n..<min(multiply.columns, (block + 1) * engine.n)
            for pass in 0..<walk.rowPasses {
                let rows = pass * engine.m..<min(multiply.rows, (pass + 1) * engine.m)
                for (index, segment) in walk.cut.segments.enumerated() {
                    let tables = segment.range.lowerBound / engine.k..<segment.range.upperBound / engine.k
                    end += max(tables.count * multiply.weightBits, walk.leave)
                    steps.append(
                        Step(
                            block: block, rows: rows, columns: columns, segment: segment, tables: tables, end: end,
                            isLastOfTile: index + 1 == walk.cut.segments.count))
                }
            }
        }
        self.walk = walk
        self.steps = steps
    }
}
