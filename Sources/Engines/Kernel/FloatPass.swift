import Arch
import Formats

/// What a float array does: tile by tile, row by row, products into trees of 16 lanes, trees into f32 sums.
struct FloatArray<Element: FloatElement> {
    let element: Element
    let multiply: Multiply
    let memory: CoreMemory
    let schedule: StationarySchedule
    let sums: ArraySums
    let layout: DenseLayout
    /// Of `scaledInParts`: how many K blocks make a part.
    var blocksPerPart = 1

    func run() {
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: layout.columnBlock, weightGroups: schedule.cut.weightGroups)
        for firstColumn in stride(from: 0, to: multiply.columns, by: schedule.columnLanes) {
            let block = firstColumn..<min(multiply.columns, firstColumn + schedule.columnLanes)
            for firstRow in stride(from: 0, to: multiply.rows, by: max(1, schedule.stripRows)) {
                let strip = firstRow..<min(multiply.rows, firstRow + schedule.stripRows)
                var pass = FloatPass(array: self, parameters: parameters, columns: block, rows: strip)
                for (index, kBlock) in schedule.kBlocks.enumerated() { pass.run(kBlock, isFirst: index == 0) }
            }
        }
    }
}

/// One strip of rows against one block of columns.
struct FloatPass<Element: FloatElement> {
    let array: FloatArray<Element>
    let parameters: GroupParameters
    let accumulators: AccumulatorFile
    let columns: Range<Int>
    let rows: Range<Int>
    /// f32 sums of the running segment where they leave by segment: [row of strip][column of block].
    private var partials: [Float]
    /// int32 sums of the parts before, where a segment has several, and K blocks of the part so far.
    private var wholes: [Int32]
    private var blocksOfPart = 0

    init(array: FloatArray<Element>, parameters: GroupParameters, columns: Range<Int>, rows: Range<Int>) {
        self.array = array
        self.parameters = parameters
        self.columns = columns
        self.rows = rows
        accumulators = AccumulatorFile(multiply: array.multiply, memory: array.memory)
        partials = Array(repeating: 0, count: rows.count * columns.count)
        wholes = Array(repeating: 0, count: partials.count)
    }

    private var multiply: Multiply { array.multiply }
    private var memory: CoreMemory { array.memory }
    private var sums: ArraySums { array.sums }

    /// One weight tile; `isFirst` when nothing of this instruction is in the accumulators yet.
    mutating func run(_ kBlock: KBlock, isFirst: Bool) {
        blocksOfPart += 1
        defer { if endsPart(kBlock) { blocksOfPart = 0 } }
        let tile = columns.map { column in kBlock.range.map { array.weight(column: column, k: $0, parameters) } }
        for row in rows {
            let operands = kBlock.range.map { array.activation(row: row, k: $0) }
            for (lane, column) in columns.enumerated() {
                let products = operands.indices.map { array.element.product(operands[$0], tile[lane][$0]) }
                accumulate(products, row: row, column: column, lane: lane, kBlock, isFirst: isFirst)
            }
        }
    }

    private func endsPart(_ kBlock: KBlock) -> Bool { kBlock.endsSegment || blocksOfPart == array.blocksPerPart }

    private mutating func accumulate(
        _ products: [Float], row: Int, column: Int, lane: Int, _ kBlock: KBlock, isFirst: Bool
    ) {
        let partial = (row - rows.lowerBound) * columns.count + lane
        if sums == .direct {
            let old = isFirst && !multiply.accumulate ? 0 : accumulators.float(row: row, column: column)
            return accumulators.store(Self.chain(old, products), row: row, column: column)
        }
        partials[partial] = Self.chain(partials[partial], products)
        if sums == .scaledInParts, endsPart(kBlock) {
            wholes[partial] &+= ArraySums.converted(partials[partial])
            partials[partial] = 0
        }
        guard kBlock.endsSegment else { return }
        if sums == .converted {
            accumulators.add(
                ArraySums.converted(partials[partial]), row: row, column: column, fresh: !multiply.accumulate)
        } else {
            let isFresh = kBlock.segment.range.lowerBound == 0 && !multiply.accumulate
            let old = isFresh ? 0 : accumulators.float(row: row, column: column)
            let sum = sums == .scaledInParts ? Float(wholes[partial]) : partials[partial]
            let term = sum * parameters.scale(row: row, column: column, segment: kBlock.segment)
            accumulators.store(old + term, row: row, column: column)
        }
        partials[partial] = 0
        wholes[partial] = 0
    }

    /// sum, plus the trees of the products one after the other.
    private static func chain(_ sum: Float, _ products: [Float]) -> Float {
        let lanes = DotContract.blocked16.lanes
        return stride(from: 0, to: products.count, by: lanes).reduce(sum) { sum, first in
            sum + adderTree(Array(products[first..<min(products.count, first + lanes)]), lanes: lanes)
        }
    }

    /// Levels of pairwise adders; missing inputs are +0.
    private static func adderTree(_ products: [Float], lanes: Int) -> Float {
        var level = products + Array(repeating: 0, count: lanes - products.count)
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { level[$0] + level[$0 + 1] }
        }
        return level[0]
    }
}
