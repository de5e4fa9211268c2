import Arch

/// What the array does: tile by tile, row by row, shifted copies into adder trees, trees into sums of groups.
extension MixPEArray {
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        if operands.isFloat { return floatArray(multiply, memory: memory).run() }
        let schedule = schedule(multiply)
        let lanes = columnLanes(weightBits: multiply.weightBits)
        for firstColumn in stride(from: 0, to: multiply.columns, by: lanes) {
            let block = firstColumn..<min(multiply.columns, firstColumn + lanes)
            for firstRow in stride(from: 0, to: multiply.rows, by: max(1, schedule.stripRows)) {
                let strip = firstRow..<min(multiply.rows, firstRow + schedule.stripRows)
                var pass = MixPEPass(
                    engine: self, multiply: multiply, memory: memory, schedule: schedule, columns: block, rows: strip)
                for kBlock in schedule.kBlocks { pass.run(kBlock) }
            }
        }
    }

    /// The array of elements that shift significands.
    func floatArray(_ multiply: Multiply, memory: CoreMemory) -> FloatArray<ShiftAddFloats> {
        FloatArray(
            element: ShiftAddFloats(elements, weightBits: multiply.weightBits, products: operands.contract.products),
            multiply: multiply, memory: memory, schedule: schedule(multiply), sums: ArraySums(multiply, isFloat: true),
            layout: layout(multiply.weightBits))
    }
}

/// One strip of rows against one block of columns.
struct MixPEPass {
    let engine: MixPEArray
    let multiply: Multiply
    let memory: CoreMemory
    let columns: Range<Int>
    let rows: Range<Int>
    private let parameters: GroupParameters
    private let accumulators: AccumulatorFile
    private let correction: GroupCorrection
    private let layout: DenseLayout
    /// Weights stored of each column.
    private let storedDepth: Int
    private let selection: Selection?
    /// Sums of the running group: [row of strip][column of block].
    private var sums: [Int32]
    /// Sums of the running group's activations: [row of strip][1], or of what every column selected of them: [row of
    /// strip][column of block].
    private var activationSums: [Int32]

    init(
        engine: MixPEArray, multiply: Multiply, memory: CoreMemory, schedule: StationarySchedule,
        columns: Range<Int>, rows: Range<Int>
    ) {
        let cut = schedule.cut
        self.engine = engine
        self.multiply = multiply
        self.memory = memory
        self.columns = columns
        self.rows = rows
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: cut.weightGroups)
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        correction = engine.correction(multiply)
        layout = engine.layout(multiply.weightBits)
        storedDepth = schedule.storedDepth
        selection = Selection(multiply, memory: memory, columnBlock: engine.columnBlock, depth: cut.depth)
        sums = Array(repeating: 0, count: rows.count * columns.count)
        activationSums = Array(repeating: 0, count: rows.count * (selection == nil ? 1 : columns.count))
    }

    /// One weight tile.
    mutating func run(_ kBlock: KBlock) {
        var tile = WeightTile(
            elements: engine.elements, weightBits: multiply.weightBits, treeInputs: engine.rows, depth: kBlock.range.count)
        for column in columns {
            tile.load(kBlock.range.map {
                layout.unsignedCode(multiply, memory: memory, depth: storedDepth, column: column, k: $0)
            })
        }
        let inputs = columns.map { column in kBlock.range.map { kBlock.input(column: column, stored: $0, selection) } }
        let nest = ActivationNest(multiply: multiply)
        for row in rows {
            let operands = kBlock.window.map { nest.code(row: row, laidOut: $0, memory: memory) }
            let line = row - rows.lowerBound
            if selection == nil { addActivations(operands, at: line) }
            for lane in 0..<columns.count {
                let selected = inputs[lane].map { operands[$0] }
                if selection != nil { addActivations(selected, at: line * columns.count + lane) }
                let sum = tile.sum(column: lane, activations: selected)
                sums[line * columns.count + lane] &+= Int32(truncatingIfNeeded: sum)
            }
        }
        if kBlock.endsSegment { leave(kBlock.segment) }
    }

    private mutating func addActivations(_ activations: [Int], at place: Int) {
        activationSums[place] &+= Int32(truncatingIfNeeded: activations.reduce(0, +))
    }

    /// The sums of a group, corrected once and scaled once each.
    private mutating func leave(_ segment: KCut.Segment) {
        for row in rows {
            let line = row - rows.lowerBound
            for (lane, column) in columns.enumerated() {
                let place = line * columns.count + lane
                let zero = parameters.zero(column: column, group: segment.weightGroup)
                let sum = correction.corrected(
                    sums[place], activationSum: activationSums[selection == nil ? line : place], zero: zero)
                accumulators.leave(sum, row: row, column: column, segment: segment, parameters: parameters)
                sums[place] = 0
            }
        }
        for place in activationSums.indices { activationSums[place] = 0 }
    }
}
