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

    init(array: FloatArray<Element>, parameters: GroupParameters, columns: Range<Int>, rows: Range<Int>) {
        self.array = array
        self.parameters = parameters
        self.columns = columns
        self.rows = rows
        accumulators = AccumulatorFile(multiply: array.multiply, memory: array.memory)
        partials = Array(repeating: 0, count: rows.count * columns.count)
    }

    private var multiply: Multiply { array.multiply }
    private var memory: CoreMemory { array.memory }
    private var sums: ArraySums { array.sums }

    /// One weight tile; `isFirst` when nothing of this instruction is in the accumulators yet.
    mutating func run(_ kBlock: KBlock, isFirst: Bool) {
        let tile = columns.map { column in kBlock.range.map { weight(column: column, k: $0) } }
        for row in rows {
            let operands = kBlock.range.map { activation(row: row, k: $0) }
            for (lane, column) in columns.enumerated() {
                let products = operands.indices.map { array.element.product(operands[$0], tile[lane][$0]) }
                accumulate(products, row: row, column: column, lane: lane, kBlock, isFirst: isFirst)
            }
        }
    }

    private mutating func accumulate(
        _ products: [Float], row: Int, column: Int, lane: Int, _ kBlock: KBlock, isFirst: Bool
    ) {
        let partial = (row - rows.lowerBound) * columns.count + lane
        if sums == .direct {
            let old = isFirst && !multiply.accumulate ? 0 : accumulators.float(row: row, column: column)
            return accumulators.store(Self.chain(old, products), row: row, column: column)
        }
        partials[partial] = Self.chain(partials[partial], products)
        guard kBlock.endsSegment else { return }
        if sums == .converted {
            accumulators.add(
                ArraySums.converted(partials[partial]), row: row, column: column, fresh: !multiply.accumulate)
        } else {
            let isFresh = kBlock.segment.range.lowerBound == 0 && !multiply.accumulate
            let old = isFresh ? 0 : accumulators.float(row: row, column: column)
            let term = partials[partial] * parameters.scale(row: row, column: column, segment: kBlock.segment)
            accumulators.store(old + term, row: row, column: column)
        }
        partials[partial] = 0
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

    private func activation(row: Int, k: Int) -> FloatPort {
        let nest = ActivationNest(multiply: multiply)
        let bytes = multiply.activationFormat.elementBytes
        let address = nest.row(row) + nest.offset(step: k, perRun: multiply.run, stepBytes: bytes)
        let space = memory[multiply.activations.space]
        let code = UInt32(space[address]) | (bytes > 1 ? UInt32(space[address + 1]) << 8 : 0)
        guard let codec = multiply.activationFormat.codec, codec.isFloat else {
            return array.element.activation(integer: Int(multiply.activation(UInt8(truncatingIfNeeded: code))))
        }
        return FloatPort(code: code, codec: codec)
    }

    private func weight(column: Int, k: Int) -> Element.Weight {
        let cut = array.schedule.cut
        let code = array.layout.code(
            UnsafeRawBufferPointer(memory.weights), base: multiply.weights, depth: cut.depth, column: column, k: k)
        if let codec = multiply.codes.floatCodec {
            return array.element.weight(number: FloatPort(code: UInt32(code), codec: codec))
        }
        let group = k / cut.weightGroup
        let zero = parameters.zero(column: column, group: group)
        let value =
            switch multiply.codes {
            case .bipolar: 2 * Int(code) - ((1 << multiply.weightBits) - 1)
            case .twosComplement: Int(code).wrapped(to: multiply.weightBits) - zero
            default: Int(code) - zero
            }
        if let scale = parameters.operandScale(column: column, group: group) {
            return array.element.weight(
                number: FloatPort(code: DequantiseUnit.code(value, scale: scale), codec: .float16))
        }
        return array.element.weight(integer: value)
    }
}
