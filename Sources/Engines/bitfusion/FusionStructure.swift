import Arch

/// What the array does: tile by tile, row by row, digits into bricks, bricks into units, units into adder trees.
extension FusionArray {
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        let schedule = schedule(multiply)
        for firstColumn in stride(from: 0, to: multiply.columns, by: columns) {
            let block = firstColumn..<min(multiply.columns, firstColumn + columns)
            for firstRow in stride(from: 0, to: multiply.rows, by: max(1, schedule.stripRows)) {
                let strip = firstRow..<min(multiply.rows, firstRow + schedule.stripRows)
                var pass = FusionPass(
                    engine: self, multiply: multiply, memory: memory, cut: schedule.cut, columns: block, rows: strip)
                for kBlock in schedule.kBlocks { pass.run(kBlock) }
            }
        }
    }
}

/// One strip of rows against one block of columns.
struct FusionPass {
    private let engine: FusionArray
    private let multiply: Multiply
    private let memory: CoreMemory
    private let layout: DenseLayout
    /// K as laid out.
    private let depth: Int
    private var sums: GroupSums

    init(
        engine: FusionArray, multiply: Multiply, memory: CoreMemory, cut: KCut, columns: Range<Int>, rows: Range<Int>
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

    /// One weight tile.
    mutating func run(_ kBlock: KBlock) {
        let tile = sums.columns.map { column in kBlock.range.map { weight(column: column, k: $0) } }
        let nest = ActivationNest(multiply: multiply)
        for (line, row) in sums.rows.enumerated() {
            let codes = kBlock.range.map { nest.code(row: row, laidOut: $0, memory: memory) }
            let operands = codes.map {
                FusionUnit.digits(of: $0, bits: multiply.activationBits, isSigned: multiply.activationFormat != .uint8)
            }
            sums.addActivations(codes.reduce(0, +), line: line)
            for (lane, weights) in tile.enumerated() { sums.add(tree(operands, weights), line: line, lane: lane) }
        }
        if kBlock.endsSegment { sums.leave(kBlock.segment) }
    }

    /// The sums of a column's units in its adder tree; a unit takes neighbouring k.
    private func tree(_ operands: [[FusionUnit.Digit]], _ weights: [[FusionUnit.Digit]]) -> Int {
        let products = FusionUnit.products(weightBits: multiply.weightBits, activationBits: multiply.activationBits)
        var sum = 0
        for first in stride(from: 0, to: operands.count, by: products) {
            let unit = first..<min(operands.count, first + products)
            sum += FusionUnit.sum(operands[unit], weights[unit])
        }
        return sum.wrapped(to: FusionUnit.sumBits + levels(engine.rows))
    }

    private func weight(column: Int, k: Int) -> [FusionUnit.Digit] {
        let code = layout.unsignedCode(multiply, memory: memory, depth: depth, column: column, k: k)
        return FusionUnit.digits(
            of: code - engine.centre(multiply), bits: multiply.weightBits, isSigned: engine.hasSignedWeights(multiply))
    }
}
