import Arch

extension OLAccelArray {
    /// Sums modulo 2^32 in any order are the same sums: outliers go back to their places, for the dense kernel.
    public func product(_ multiply: Multiply, memory: CoreMemory) -> DotInstruction? {
        guard listsOutliers(weightBits: multiply.weightBits) else { return codeProduct(multiply, memory: memory) }
        guard multiply.zerosFit(-30000...30000, memory: memory, columnBlock: columnBlock) else { return nil }
        let cut = KCut(multiply, granule: 1)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columnBlock, weightGroups: cut.weightGroups)
        let outliers = Dictionary(grouping: listed(multiply, memory: memory), by: \.column)
        let codes = CodeOperands(
            multiply: multiply, memory: memory, columnBlock: columnBlock, cut: cut, parameters: parameters)
        return DotProduct(
            multiply: multiply,
            operands: SplitOperands(
                engine: self, codes: codes, multiply: multiply, memory: memory, cut: cut, parameters: parameters,
                outliers: outliers),
            cut: cut, parameters: parameters, memory: memory
        ).instruction
    }

    /// What the hardware does: tile by tile, row by row, 4-bit products into adder trees; when a segment ends, the sums that the wide
    /// multipliers made of its outliers are added.
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        let schedule = schedule(multiply)
        let outliers = listed(multiply, memory: memory)
        for firstColumn in stride(from: 0, to: multiply.columns, by: columns) {
            let block = firstColumn..<min(multiply.columns, firstColumn + columns)
            for firstRow in stride(from: 0, to: multiply.rows, by: max(1, schedule.stripRows)) {
                let strip = firstRow..<min(multiply.rows, firstRow + schedule.stripRows)
                var pass = OLAccelPass(
                    engine: self, multiply: multiply, memory: memory, cut: schedule.cut,
                    outliers: outliers.filter { block.contains($0.column) }, columns: block, rows: strip)
                for kBlock in schedule.kBlocks { pass.run(kBlock) }
            }
        }
    }
}

/// Dense codes and outliers together as dot-product operands.
private struct SplitOperands: DotOperands {
    let engine: OLAccelArray
    let codes: CodeOperands
    let multiply: Multiply
    let memory: CoreMemory
    let cut: KCut
    let parameters: GroupParameters
    let outliers: [Int: [ListedOutlier]]

    var granule: Int { 1 }
    var numbersPerGranule: Int { 1 }
    var sumsInHalves: Bool { false }

    var rows: CodeRows { codes.rows }

    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Int16>) {
        for k in 0..<cut.depth {
            numbers[k] = Int16(
                truncatingIfNeeded: engine.denseValue(multiply, memory: memory, depth: cut.depth, column: column, k: k))
        }
        for outlier in outliers[column] ?? [] { numbers[outlier.k] &+= Int16(truncatingIfNeeded: outlier.value) }
        // From t = u - 2^(B-1) to the weight.
        let centre = 1 << (multiply.weightBits - 1)
        for k in 0..<cut.depth {
            if multiply.codes == .bipolar {
                numbers[k] = 2 &* numbers[k] &+ 1
            } else {
                let zero = parameters.zero(column: column, group: k / cut.weightGroup)
                numbers[k] &+= Int16(truncatingIfNeeded: centre - zero)
            }
        }
    }
}

/// One strip of rows against one block of columns.
private struct OLAccelPass {
    let engine: OLAccelArray
    let multiply: Multiply
    let memory: CoreMemory
    let depth: Int
    let outliers: [ListedOutlier]
    var sums: GroupSums

    init(
        engine: OLAccelArray, multiply: Multiply, memory: CoreMemory, cut: KCut, outliers: [ListedOutlier],
        columns: Range<Int>, rows: Range<Int>
    ) {
        self.engine = engine
        self.multiply = multiply
        self.memory = memory
        self.outliers = outliers
        depth = cut.depth
        sums = GroupSums(
            multiply, memory: memory, columnBlock: engine.columnBlock, weightGroups: cut.weightGroups,
            correction: engine.correction(multiply), rows: rows, columns: columns)
    }

    /// One weight tile.
    mutating func run(_ kBlock: KBlock) {
        let tile = sums.columns.map { column in
            kBlock.range.map { engine.denseValue(multiply, memory: memory, depth: depth, column: column, k: $0) }
        }
        let nest = ActivationNest(multiply: multiply)
        for (line, row) in sums.rows.enumerated() {
            let codes = kBlock.range.map { nest.code(row: row, laidOut: $0, memory: memory) }
            let operands = codes.map {
                ExponentIntegerElement.nibbles(.init(0, $0), bits: multiply.activationBits)
            }
            sums.addActivations(codes.reduce(0, +), line: line)
            for (lane, weights) in tile.enumerated() {
                let tree = zip(operands, weights).reduce(0) { sum, pair in
                    sum + Int(ExponentIntegerElement.joined(pair.0, [.init(0, pair.1)]))
                }
                sums.add(tree, line: line, lane: lane)
            }
        }
        guard kBlock.endsSegment else { return }
        addOutliers(kBlock.segment.range)
        sums.leave(kBlock.segment)
    }

    /// The wide multipliers: whole activations by whole outliers, in sums of their own until they are added.
    private mutating func addOutliers(_ range: Range<Int>) {
        let nest = ActivationNest(multiply: multiply)
        for (line, row) in sums.rows.enumerated() {
            var wide = [Int](repeating: 0, count: sums.columns.count)
            for outlier in outliers where range.contains(outlier.k) {
                wide[outlier.column - sums.columns.lowerBound] +=
                    nest.code(row: row, laidOut: outlier.k, memory: memory) * outlier.value
            }
            for (lane, sum) in wide.enumerated() { sums.add(sum, line: line, lane: lane) }
        }
    }
}
