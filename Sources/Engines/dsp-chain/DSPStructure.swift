import Arch

/// What the chains do: pass by pass, block of K by block of K, two rows and a column per chain.
extension DSPChain {
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        let schedule = DSPSchedule(self, multiply)
        let (rows, columns) = (schedule.arrangement.rows, schedule.arrangement.columns)
        for firstRow in stride(from: 0, to: multiply.rows, by: rows) {
            for firstColumn in stride(from: 0, to: multiply.columns, by: columns) {
                var pass = DSPPass(
                    engine: self, multiply: multiply, memory: memory, cut: schedule.cut,
                    rows: firstRow..<min(multiply.rows, firstRow + rows),
                    columns: firstColumn..<min(multiply.columns, firstColumn + columns))
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
    let parameters: GroupParameters
    let accumulators: AccumulatorFile
    let layout: DenseLayout
    /// Weights stored of each column.
    let depth: Int
    let selection: Selection?
    let rows: Range<Int>
    let columns: Range<Int>
    /// Sums since the segment began: [pair][lane][column].
    private var sums: [Int32]

    init(
        engine: DSPChain, multiply: Multiply, memory: CoreMemory, cut: KCut, rows: Range<Int>, columns: Range<Int>
    ) {
        self.multiply = multiply
        self.memory = memory
        self.rows = rows
        self.columns = columns
        plan = engine.plan(multiply)
        depth = multiply.structure.stored(of: cut.depth)
        selection = Selection(multiply, memory: memory, columnBlock: engine.columnBlock, depth: cut.depth)
        layout = DenseLayout(columnBlock: engine.columnBlock, weightBits: multiply.weightBits)
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: cut.weightGroups)
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        sums = Array(repeating: 0, count: (rows.count + 1) / 2 * 2 * columns.count)
    }

    /// One cycle.
    mutating func run(_ kBlock: KBlock) {
        let weights = columns.map { column in kBlock.range.map { weight(column: column, k: $0, kBlock.segment) } }
        let inputs = columns.map { column in
            kBlock.range.map { kBlock.input(column: column, stored: $0, selection) }
        }
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: 2) {
            let operands = kBlock.window.map { k in
                // The lower lane of the last pair is empty when the rows are odd.
                ActivationPair.packed(
                    upper: activation(row: first, k: k),
                    lower: first + 1 < rows.upperBound ? activation(row: first + 1, k: k) : 0)
            }
            let place = (first - rows.lowerBound) * columns.count
            for lane in columns.indices {
                // Both activations of a pair meet the same weight, so one multiplexer picks both.
                let packed = inputs[lane - columns.lowerBound].map { operands[$0] }
                let (upper, lower) = plan.sums(packed: packed, weights: weights[lane - columns.lowerBound])
                let index = place + lane - columns.lowerBound
                sums[index] &+= Int32(truncatingIfNeeded: upper)
                sums[index + columns.count] &+= Int32(truncatingIfNeeded: lower)
            }
        }
        if kBlock.endsSegment { leave(kBlock.segment) }
    }

    private mutating func leave(_ segment: KCut.Segment) {
        for row in rows {
            for column in columns {
                let index = (row - rows.lowerBound) * columns.count + column - columns.lowerBound
                write(sums[index], row: row, column: column, segment)
            }
        }
        for index in sums.indices { sums[index] = 0 }
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
        guard let offset = nest.offset(laidOut: k) else { return 0 }
        let byte = memory[multiply.activations.space][nest.row(row) + offset]
        return multiply.activationFormat == .uint8 ? Int(byte) : Int(Int8(bitPattern: byte))
    }

    /// The dequantise unit: a code minus its zero point, as 9 bits.
    private func weight(column: Int, k: Int, _ segment: KCut.Segment) -> Int {
        let bytes = UnsafeRawBufferPointer(memory.weights)
        let code = Int(layout.code(bytes, base: multiply.weights, depth: depth, column: column, k: k))
        let zero = parameters.zero(column: column, group: segment.weightGroup)
        switch multiply.codes {
        case .offset: return (code - zero).wrapped(to: 9)
        case .bipolar: return 2 * code - (1 << multiply.weightBits - 1)
        case .twosComplement: return (code.wrapped(to: multiply.weightBits) - zero).wrapped(to: 9)
        // Refused by the program checker.
        case .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .pairsInt4,
            .pairsFlint4, .pairsInt8, .pairsInt8E2M5: return 0
        }
    }
}
