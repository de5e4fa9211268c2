import Arch

/// What the chains do: core by core, pass by pass, block of K by block of K, two rows and a column per chain.
extension DSPChain {
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        if let mixed = multiply.structure.mixed {
            return multiplyMixedStructurally(multiply, mixed, memory: memory)
        }
        // Instructions are the same for all cores, and so is the arrangement.
        let schedule = DSPSchedule(self, share(of: 0, multiply))
        for core in 0..<cores { run(schedule, core: core, multiply, memory) }
    }

    private func run(_ schedule: DSPSchedule, core: Int, _ multiply: Multiply, _ memory: CoreMemory) {
        let (rows, columns) = (schedule.arrangement.rows, schedule.arrangement.columns)
        let mine = self.columns(of: core, multiply)
        for firstRow in stride(from: 0, to: multiply.rows, by: rows) {
            for firstColumn in stride(from: 0, to: mine, by: columns) {
                var pass = DSPPass(
                    engine: self, multiply: multiply, memory: memory, cut: schedule.cut,
                    rows: firstRow..<min(multiply.rows, firstRow + rows),
                    columns: (firstColumn..<min(mine, firstColumn + columns)).map { column($0, of: core) })
                for kBlock in schedule.kBlocks { pass.run(kBlock) }
            }
        }
    }
}

/// One pass of all chains.
struct DSPPass {
    let multiply: Multiply
    let memory: CoreMemory
    let plan: ChainPlan
    /// Four columns share an activation, and whether their carries are counted.
    let packsQuads: Bool
    let countsCarries: Bool
    let parameters: GroupParameters
    let accumulators: AccumulatorFile
    let values: WeightValues
    let selection: Selection?
    let rows: Range<Int>
    /// Of the instruction; the core's own ones.
    let columns: [Int]
    /// Sums since the segment began: [pair][lane][column].
    private var sums: [Int32]

    init(
        engine: DSPChain, multiply: Multiply, memory: CoreMemory, cut: KCut, rows: Range<Int>, columns: [Int]
    ) {
        self.multiply = multiply
        self.memory = memory
        self.rows = rows
        self.columns = columns
        plan = engine.plan(multiply)
        packsQuads = engine.packsQuads(multiply)
        countsCarries = engine.adjusts
        selection = Selection(multiply, memory: memory, columnBlock: engine.columnBlock, depth: cut.depth)
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: cut.weightGroups)
        values = WeightValues(
            multiply: multiply, memory: memory, layout: engine.layout(multiply.weightBits),
            depth: multiply.structure.stored(of: cut.depth), parameters: parameters)
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        sums = Array(repeating: 0, count: (rows.count + 1) / 2 * 2 * columns.count)
    }

    /// One cycle.
    mutating func run(_ kBlock: KBlock) {
        // Weights leave the dequantise unit as 9 bits.
        let group = kBlock.segment.weightGroup
        let weights = columns.map { column in
            kBlock.range.map { values.value(column: column, k: $0, group: group).wrapped(to: 9) }
        }
        packsQuads ? runQuads(kBlock, weights: weights) : runPairs(kBlock, weights: weights)
        if kBlock.endsSegment { leave(kBlock.segment) }
    }

    private mutating func runPairs(_ kBlock: KBlock, weights: [[Int]]) {
        let inputs = columns.map { column in
            kBlock.range.map { kBlock.input(column: column, stored: $0, selection) }
        }
        let nest = ActivationNest(multiply: multiply)
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: 2) {
            let operands = kBlock.window.map { k in
                // The lower lane of the last pair is empty when the rows are odd.
                ActivationPair.packed(
                    upper: nest.code(row: first, laidOut: k, memory: memory),
                    lower: first + 1 < rows.upperBound ? nest.code(row: first + 1, laidOut: k, memory: memory) : 0)
            }
            for lane in columns.indices {
                // Both activations of a pair meet the same weight, so one multiplexer picks both.
                let packed = inputs[lane].map { operands[$0] }
                let (upper, lower) = plan.sums(packed: packed, weights: weights[lane])
                add(upper, row: first, lane: lane)
                add(lower, row: first + 1, lane: lane)
            }
        }
    }

    /// To the sum of a row, which of the last pair may be one that is not there.
    mutating func add(_ sum: Int, row: Int, lane: Int) {
        sums[(row - rows.lowerBound) * columns.count + lane] &+= Int32(truncatingIfNeeded: sum)
    }

    private mutating func leave(_ segment: KCut.Segment) {
        for row in rows {
            for (lane, column) in columns.enumerated() {
                let index = (row - rows.lowerBound) * columns.count + lane
                accumulators.leave(sums[index], row: row, column: column, segment: segment, parameters: parameters)
            }
        }
        for index in sums.indices { sums[index] = 0 }
    }
}
