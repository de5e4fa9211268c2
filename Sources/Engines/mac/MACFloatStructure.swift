import Arch
import Formats

/// What a float array does: tile by tile, row by row, products into trees of 16 lanes, trees into f32 sums.
extension MACArray {
    func multiplyFloatsStructurally(_ multiply: Multiply, memory: CoreMemory) {
        let schedule = schedule(multiply)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columns, weightGroups: schedule.cut.weightGroups)
        for firstColumn in stride(from: 0, to: multiply.columns, by: columns) {
            let block = firstColumn..<min(multiply.columns, firstColumn + columns)
            for firstRow in stride(from: 0, to: multiply.rows, by: max(1, schedule.stripRows)) {
                let strip = firstRow..<min(multiply.rows, firstRow + schedule.stripRows)
                var pass = MACFloatPass(
                    engine: self, multiply: multiply, memory: memory, parameters: parameters, columns: block,
                    rows: strip, cut: schedule.cut)
                for (index, kBlock) in schedule.kBlocks.enumerated() { pass.run(kBlock, isFirst: index == 0) }
            }
        }
    }
}

/// One strip of rows against one block of columns.
struct MACFloatPass {
    let engine: MACArray
    let multiply: Multiply
    let memory: CoreMemory
    let parameters: GroupParameters
    let accumulators: AccumulatorFile
    let columns: Range<Int>
    let rows: Range<Int>
    private let sums: MACSums
    /// f32 sums of the running segment where they leave by segment: [row of strip][column of block].
    private var partials: [Float]
    private let layout: DenseLayout
    private let depth: Int
    /// k per scale or zero point of the weights.
    private let weightGroup: Int

    init(
        engine: MACArray, multiply: Multiply, memory: CoreMemory, parameters: GroupParameters, columns: Range<Int>,
        rows: Range<Int>, cut: KCut
    ) {
        self.engine = engine
        self.multiply = multiply
        self.memory = memory
        self.parameters = parameters
        self.columns = columns
        self.rows = rows
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        sums = engine.sums(multiply)
        partials = Array(repeating: 0, count: rows.count * columns.count)
        layout = engine.layout(multiply.weightBits)
        depth = cut.depth
        weightGroup = cut.weightGroup
    }

    /// One weight tile; `isFirst` when nothing of this instruction is in the accumulators yet.
    mutating func run(_ kBlock: KBlock, isFirst: Bool) {
        let tile = columns.map { column in kBlock.range.map { weight(column: column, k: $0) } }
        for row in rows {
            let operands = kBlock.range.map { activation(row: row, k: $0) }
            for (lane, column) in columns.enumerated() {
                let products = operands.indices.map { operands[$0] * tile[lane][$0] }
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
                MACArray.converted(partials[partial]), row: row, column: column, fresh: !multiply.accumulate)
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

    private var significandBits: Int { engine.operands.significandBits ?? 24 }

    private func activation(row: Int, k: Int) -> FloatPort {
        let nest = ActivationNest(multiply: multiply)
        let bytes = multiply.activationFormat.elementBytes
        let address = nest.row(row) + nest.offset(step: k, perRun: multiply.run, stepBytes: bytes)
        let space = memory[multiply.activations.space]
        let code = UInt32(space[address]) | (bytes > 1 ? UInt32(space[address + 1]) << 8 : 0)
        guard let codec = multiply.activationFormat.codec, codec.isFloat else {
            return FloatPort(integer: Int(multiply.activation(UInt8(truncatingIfNeeded: code))), bits: significandBits)
        }
        return FloatPort(code: code, codec: codec)
    }

    private func weight(column: Int, k: Int) -> FloatPort {
        let code = layout.code(
            UnsafeRawBufferPointer(memory.weights), base: multiply.weights, depth: depth, column: column, k: k)
        if let codec = multiply.codes.floatCodec { return FloatPort(code: UInt32(code), codec: codec) }
        let zero = parameters.zero(column: column, group: k / weightGroup)
        let value =
            switch multiply.codes {
            case .bipolar: 2 * Int(code) - ((1 << multiply.weightBits) - 1)
            case .twosComplement: Int(code).wrapped(to: multiply.weightBits) - zero
            default: Int(code) - zero
            }
        if let scale = parameters.operandScale(column: column, group: k / weightGroup) {
            return FloatPort(code: DequantiseUnit.code(value, scale: scale), codec: .float16)
        }
        return FloatPort(integer: value, bits: significandBits)
    }
}
