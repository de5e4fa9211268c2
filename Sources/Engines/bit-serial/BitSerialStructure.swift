import Arch

/// What the units do: pass by pass, chunk of K by chunk of K, plane against plane.
extension BitSerialArray {
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        let schedule = BitSerialSchedule(self, multiply)
        for firstRow in stride(from: 0, to: multiply.rows, by: rows) {
            for firstColumn in stride(from: 0, to: multiply.columns, by: columns) {
                var pass = BitSerialPass(
                    engine: self, multiply: multiply, memory: memory, cut: schedule.cut,
                    rows: firstRow..<min(multiply.rows, firstRow + rows),
                    columns: firstColumn..<min(multiply.columns, firstColumn + columns))
                for kBlock in schedule.kBlocks { pass.run(kBlock) }
            }
        }
    }
}

/// One pass of all units.
struct BitSerialPass {
    private let multiply: Multiply
    private let memory: CoreMemory
    private let rows: Range<Int>
    private let columns: Range<Int>
    private let parameters: GroupParameters
    private let accumulators: AccumulatorFile
    private let correction: GroupCorrection
    private let layout: DenseLayout
    /// K as laid out.
    private let depth: Int
    /// Sums since the segment began: [row of pass][column of pass].
    private var sums: [Int32]
    /// Sums of the activations since then: [row of pass].
    private var activationSums: [Int32]

    init(
        engine: BitSerialArray, multiply: Multiply, memory: CoreMemory, cut: KCut, rows: Range<Int>, columns: Range<Int>
    ) {
        self.multiply = multiply
        self.memory = memory
        self.rows = rows
        self.columns = columns
        parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: cut.weightGroups)
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        correction = engine.correction(multiply)
        layout = engine.layout(multiply.weightBits)
        depth = cut.depth
        sums = Array(repeating: 0, count: rows.count * columns.count)
        activationSums = Array(repeating: 0, count: rows.count)
    }

    /// A chunk of K: a cycle for each weight plane and each activation plane.
    mutating func run(_ kBlock: KBlock) {
        let nest = ActivationNest(multiply: multiply)
        let activations = rows.map { row in
            BitPlanes(
                kBlock.range.map { nest.code(row: row, laidOut: $0, memory: memory) }, bits: multiply.activationBits,
                isSigned: multiply.activationFormat != .uint8)
        }
        let weights = columns.map { column in
            BitPlanes(
                kBlock.range.map { layout.unsignedCode(multiply, memory: memory, depth: depth, column: column, k: $0) },
                bits: multiply.weightBits, isSigned: false)
        }
        for activationPlane in 0..<multiply.activationBits {
            for (line, row) in activations.enumerated() {
                let count = row.ones(activationPlane) << activationPlane
                activationSums[line] &+= Int32(truncatingIfNeeded: row.isNegative(activationPlane) ? -count : count)
            }
            for weightPlane in 0..<multiply.weightBits { step(activations, activationPlane, weights, weightPlane) }
        }
        if kBlock.endsSegment { leave(kBlock.segment) }
    }

    /// One cycle: every unit counts, shifts and adds.
    private mutating func step(_ activations: [BitPlanes], _ activationPlane: Int, _ weights: [BitPlanes], _ weightPlane: Int) {
        for (line, row) in activations.enumerated() {
            for (lane, column) in weights.enumerated() {
                let count = row.ones(activationPlane, and: column, weightPlane) << (activationPlane + weightPlane)
                sums[line * columns.count + lane] &+= Int32(
                    truncatingIfNeeded: row.isNegative(activationPlane) ? -count : count)
            }
        }
    }

    /// The sums of a segment, corrected once and scaled once each.
    private mutating func leave(_ segment: KCut.Segment) {
        for (line, row) in rows.enumerated() {
            for (lane, column) in columns.enumerated() {
                let zero = parameters.zero(column: column, group: segment.weightGroup)
                let sum = correction.corrected(
                    sums[line * columns.count + lane], activationSum: activationSums[line], zero: zero)
                accumulators.leave(sum, row: row, column: column, segment: segment, parameters: parameters)
                sums[line * columns.count + lane] = 0
            }
            activationSums[line] = 0
        }
    }
}
