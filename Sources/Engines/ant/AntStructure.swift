import Arch
import Formats

/// What the array does: tile by tile of outputs, step by step along K; decoders on the borders, elements inside, sums that
/// are corrected and leave at the end of a segment.
extension AntArray {
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        let schedule = schedule(multiply)
        for firstColumn in stride(from: 0, to: multiply.columns, by: schedule.columnLanes) {
            let columns = firstColumn..<min(multiply.columns, firstColumn + schedule.columnLanes)
            for firstRow in stride(from: 0, to: multiply.rows, by: schedule.rowLanes) {
                let rows = firstRow..<min(multiply.rows, firstRow + schedule.rowLanes)
                var tile = AntTile(
                    engine: self, multiply: multiply, memory: memory, cut: schedule.cut, rows: rows, columns: columns)
                for segment in schedule.cut.segments { tile.run(segment) }
            }
        }
    }
}

/// The outputs that the array holds at one time.
private struct AntTile {
    private let engine: AntArray
    private let multiply: Multiply
    private let memory: CoreMemory
    private let layout: DenseLayout
    private let depth: Int
    private var sums: GroupSums

    init(
        engine: AntArray, multiply: Multiply, memory: CoreMemory, cut: KCut, rows: Range<Int>, columns: Range<Int>
    ) {
        self.engine = engine
        self.multiply = multiply
        self.memory = memory
        layout = engine.layout(multiply.weightBits)
        depth = cut.depth
        sums = GroupSums(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: cut.weightGroups,
            correction: engine.correction(multiply), rows: rows, columns: columns)
    }

    mutating func run(_ segment: KCut.Segment) {
        for k in segment.range {
            let left = sums.rows.map { activation(row: $0, k: k) }
            let top = sums.columns.map { weight(column: $0, k: k) }
            for (line, a) in left.enumerated() {
                sums.addActivations(a.reduce(0) { $0 + $1.value }, line: line)
                for (lane, w) in top.enumerated() {
                    sums.add(Int(ExponentIntegerElement.joined(a, w)), line: line, lane: lane)
                }
            }
        }
        sums.leave(segment)
    }

    /// What the row of elements sees: one number, or two of a wide code.
    private func activation(row: Int, k: Int) -> [ExponentInteger] {
        let nest = ActivationNest(multiply: multiply)
        guard let offset = nest.offset(laidOut: k) else { return [.zero] }
        let byte = memory[multiply.activations.space][nest.row(row) + offset]
        if let flint = multiply.activationFormat.codec?.flint { return [FlintDecoder(flint).number(Int(byte))] }
        return ExponentIntegerElement.nibbles(
            ExponentInteger(0, Int(multiply.activation(byte))), bits: multiply.activationWidth)
    }

    private func weight(column: Int, k: Int) -> [ExponentInteger] {
        if let flint = multiply.codes.flint {
            let code = layout.code(
                UnsafeRawBufferPointer(memory.weights), base: multiply.weights, depth: depth, column: column, k: k)
            return [FlintDecoder(flint).number(Int(code))]
        }
        let code = layout.unsignedCode(multiply, memory: memory, depth: depth, column: column, k: k)
        return ExponentIntegerElement.nibbles(
            ExponentInteger(0, code - engine.centre(multiply)), bits: multiply.weightBits)
    }
}
