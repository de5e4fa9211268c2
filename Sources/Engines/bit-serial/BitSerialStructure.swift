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
    private let layout: DenseLayout
    /// K as laid out.
    private let depth: Int
    private var sums: GroupSums

    init(
        engine: BitSerialArray, multiply: Multiply, memory: CoreMemory, cut: KCut, rows: Range<Int>, columns: Range<Int>
    ) {
        self.multiply = multiply
        self.memory = memory
        layout = engine.layout(multiply.weightBits)
        depth = cut.depth
        sums = GroupSums(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: cut.weightGroups,
            correction: engine.correction(multiply), rows: rows, columns: columns)
    }

    /// A chunk of K: a cycle for each weight plane and each activation plane.
    mutating func run(_ kBlock: KBlock) {
        let nest = ActivationNest(multiply: multiply)
        let activations = sums.rows.map { row in
            BitPlanes(
                kBlock.range.map { nest.code(row: row, laidOut: $0, memory: memory) }, bits: multiply.activationBits,
                isSigned: multiply.activationFormat != .uint8)
        }
        let weights = sums.columns.map { column in
            BitPlanes(
                kBlock.range.map { layout.unsignedCode(multiply, memory: memory, depth: depth, column: column, k: $0) },
                bits: multiply.weightBits, isSigned: false)
        }
        for plane in 0..<multiply.activationBits {
            for (line, row) in activations.enumerated() {
                let worth = BitPlanes.worth(row.ones(plane), places: plane, isNegative: row.isNegative(plane))
                sums.addActivations(worth, line: line)
            }
            for weightPlane in 0..<multiply.weightBits { step(activations, plane, weights, weightPlane) }
        }
        if kBlock.endsSegment { sums.leave(kBlock.segment) }
    }

    /// One cycle: every unit counts, shifts and adds.
    private mutating func step(_ activations: [BitPlanes], _ plane: Int, _ weights: [BitPlanes], _ weightPlane: Int) {
        for (line, row) in activations.enumerated() {
            for (lane, column) in weights.enumerated() {
                let count = row.ones(plane, and: column, weightPlane)
                let worth = BitPlanes.worth(count, places: plane + weightPlane, isNegative: row.isNegative(plane))
                sums.add(worth, line: line, lane: lane)
            }
        }
    }
}
