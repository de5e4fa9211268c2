import Arch

/// What the array does: tile by tile, row by row, shifted copies into adder trees, trees into sums of groups.
extension MixPEArray {
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        let schedule = schedule(multiply)
        let lanes = columnLanes(weightBits: multiply.weightBits)
        for firstColumn in stride(from: 0, to: multiply.columns, by: lanes) {
            let block = firstColumn..<min(multiply.columns, firstColumn + lanes)
            for firstRow in stride(from: 0, to: multiply.rows, by: max(1, schedule.stripRows)) {
                let strip = firstRow..<min(multiply.rows, firstRow + schedule.stripRows)
                var pass = MixPEPass(
                    engine: self, multiply: multiply, memory: memory, cut: schedule.cut, columns: block, rows: strip)
                for kBlock in schedule.kBlocks { pass.run(kBlock) }
            }
        }
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
    private let depth: Int
    /// Sums of the running group: [row of strip][column of block].
    private var sums: [Int32]
    /// Sums of the running group's activations: [row of strip].
    private var activationSums: [Int32]

    init(
        engine: MixPEArray, multiply: Multiply, memory: CoreMemory, cut: KCut, columns: Range<Int>, rows: Range<Int>
    ) {
        self.engine = engine
        self.multiply = multiply
        self.memory = memory
        self.columns = columns
        self.rows = rows
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: cut.weightGroups)
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        correction = GroupCorrection(multiply, signs: engine.elements.signs)
        layout = engine.layout(multiply.weightBits)
        depth = cut.depth
        sums = Array(repeating: 0, count: rows.count * columns.count)
        activationSums = Array(repeating: 0, count: rows.count)
    }

    /// One weight tile.
    mutating func run(_ kBlock: KBlock) {
        var tile = WeightTile(
            elements: engine.elements, weightBits: multiply.weightBits, treeInputs: engine.rows, depth: kBlock.range.count)
        for column in columns { tile.load(kBlock.range.map { unsignedCode(column: column, k: $0) }) }
        for row in rows {
            let operands = kBlock.range.map { activation(row: row, k: $0) }
            let line = row - rows.lowerBound
            activationSums[line] &+= Int32(truncatingIfNeeded: operands.reduce(0, +))
            for lane in 0..<columns.count {
                let sum = tile.sum(column: lane, activations: operands)
                sums[line * columns.count + lane] &+= Int32(truncatingIfNeeded: sum)
            }
        }
        if kBlock.endsSegment { leave(kBlock.segment) }
    }

    /// The sums of a group, corrected once and scaled once each.
    private mutating func leave(_ segment: KCut.Segment) {
        for row in rows {
            let line = row - rows.lowerBound
            for (lane, column) in columns.enumerated() {
                let zero = parameters.zero(column: column, group: segment.weightGroup)
                let sum = correction.corrected(
                    sums[line * columns.count + lane], activationSum: activationSums[line], zero: zero)
                write(sum, row: row, column: column, segment)
                sums[line * columns.count + lane] = 0
            }
            activationSums[line] = 0
        }
    }

    private func write(_ sum: Int32, row: Int, column: Int, _ segment: KCut.Segment) {
        let isFresh = segment.range.lowerBound == 0 && !multiply.accumulate
        guard multiply.isScaled else {
            accumulators.add(sum, row: row, column: column, fresh: isFresh)
            return
        }
        let old = isFresh ? 0 : accumulators.float(row: row, column: column)
        let scale = parameters.scale(row: row, column: column, segment: segment)
        accumulators.store(old + scaledTerm(sum, scale: scale, inHalves: false), row: row, column: column)
    }

    private func activation(row: Int, k: Int) -> Int {
        let nest = ActivationNest(multiply: multiply)
        let address = nest.row(row) + nest.offset(step: k, perRun: multiply.run, stepBytes: 1)
        let byte = memory[multiply.activations.space][address]
        return multiply.activationFormat == .uint8 ? Int(byte) : Int(Int8(bitPattern: byte))
    }

    /// The code u; two's complement codes of run-time operands have their highest bit inverted.
    private func unsignedCode(column: Int, k: Int) -> Int {
        let code = layout.code(
            UnsafeRawBufferPointer(memory.weights), base: multiply.weights, depth: depth, column: column, k: k)
        switch multiply.codes {
        case .offset, .bipolar: return Int(code)
        case .twosComplement: return Int(code) ^ 1 << (multiply.weightBits - 1)
        // Refused by the program checker.
        case .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .pairsInt4,
            .pairsFlint4, .pairsInt8, .pairsInt8E2M5: return 0
        }
    }
}
