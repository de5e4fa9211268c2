import Arch

/// What the array does: tile by tile, row by row, products into an adder tree, sums into the accumulators.
extension MACArray {
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        if let bits = operands.significandBits {
            return FloatArray(
                element: FloatMultiplier(significandBits: bits), multiply: multiply, memory: memory,
                schedule: schedule(multiply), sums: sums(multiply), layout: layout(multiply.weightBits),
                blocksPerPart: blocksPerPart(multiply)
            ).run()
        }
        let schedule = schedule(multiply)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columns, weightGroups: schedule.cut.weightGroups)
        let accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        for firstColumn in stride(from: 0, to: multiply.columns, by: columns) {
            let block = firstColumn..<min(multiply.columns, firstColumn + columns)
            for firstRow in stride(from: 0, to: multiply.rows, by: max(1, schedule.stripRows)) {
                let strip = firstRow..<min(multiply.rows, firstRow + schedule.stripRows)
                var pass = MACPass(
                    engine: self, multiply: multiply, memory: memory, parameters: parameters,
                    accumulators: accumulators, columns: block, rows: strip, schedule: schedule)
                for (index, kBlock) in schedule.kBlocks.enumerated() { pass.run(kBlock, isFirst: index == 0) }
            }
        }
    }
}

/// One strip of rows against one block of columns.
struct MACPass {
    let engine: MACArray
    let multiply: Multiply
    let memory: CoreMemory
    let parameters: GroupParameters
    let accumulators: AccumulatorFile
    let columns: Range<Int>
    let rows: Range<Int>
    /// Integer sums of the running segment (scaled output): [row of strip][column of block].
    private var partials: [Int32]
    private let weights: WeightValues
    private let selection: Selection?

    init(
        engine: MACArray, multiply: Multiply, memory: CoreMemory, parameters: GroupParameters,
        accumulators: AccumulatorFile, columns: Range<Int>, rows: Range<Int>, schedule: StationarySchedule
    ) {
        self.engine = engine
        self.multiply = multiply
        self.memory = memory
        self.parameters = parameters
        self.accumulators = accumulators
        self.columns = columns
        self.rows = rows
        partials = Array(repeating: 0, count: rows.count * columns.count)
        weights = WeightValues(
            multiply: multiply, memory: memory, layout: engine.layout(multiply.weightBits), depth: schedule.storedDepth,
            parameters: parameters)
        selection = Selection(multiply, memory: memory, columnBlock: engine.columns, depth: schedule.cut.depth)
    }

    /// One weight tile; `isFirst` when nothing of this instruction is in the accumulators yet.
    mutating func run(_ kBlock: KBlock, isFirst: Bool) {
        let group = kBlock.segment.weightGroup
        let tile = columns.map { column in
            kBlock.range.map { Int32(weights.value(column: column, k: $0, group: group)) }
        }
        let inputs = columns.map { column in kBlock.range.map { kBlock.input(column: column, stored: $0, selection) } }
        let nest = ActivationNest(multiply: multiply)
        for row in rows {
            let operands = kBlock.window.map { Int32(nest.code(row: row, laidOut: $0, memory: memory)) }
            for (lane, column) in columns.enumerated() {
                let products = (0..<engine.rows).map { k in
                    k < kBlock.range.count ? operands[inputs[lane][k]] &* tile[lane][k] : 0
                }
                accumulate(Self.adderTree(products), row: row, column: column, lane: lane, kBlock, isFirst: isFirst)
            }
        }
    }

    private mutating func accumulate(
        _ sum: Int32, row: Int, column: Int, lane: Int, _ kBlock: KBlock, isFirst: Bool
    ) {
        guard multiply.isScaled else {
            accumulators.add(sum, row: row, column: column, fresh: isFirst && !multiply.accumulate)
            return
        }
        let partial = (row - rows.lowerBound) * columns.count + lane
        partials[partial] &+= sum
        guard kBlock.endsSegment else { return }
        accumulators.leave(
            partials[partial], row: row, column: column, segment: kBlock.segment, parameters: parameters)
        partials[partial] = 0
    }

    /// Levels of pairwise adders; missing inputs are zero.
    private static func adderTree(_ products: [Int32]) -> Int32 {
        var level = products
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { index in
                index + 1 < level.count ? level[index] &+ level[index + 1] : level[index]
            }
        }
        return level.first ?? 0
    }
}
