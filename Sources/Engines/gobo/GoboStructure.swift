import Arch
import Formats

extension GoboArray {
    /// What the hardware does: tile by tile and pass by pass, one k in all elements at once; then the multipliers of every row.
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        let operands = GoboOperands(multiply, memory: memory, layout: layout(multiply.weightBits))
        let outliers = listed(multiply, memory: memory)
        let accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        for firstColumn in stride(from: 0, to: multiply.columns, by: columns) {
            let lanes = firstColumn..<min(multiply.columns, firstColumn + columns)
            let own = outliers.filter { lanes.contains($0.column) }
            for firstRow in stride(from: 0, to: multiply.rows, by: rows) {
                let strip = firstRow..<min(multiply.rows, firstRow + rows)
                for start in stride(from: 0, to: multiply.depth, by: Self.passDepth) {
                    var pass = GoboPass(
                        operands: operands, outliers: own.filter { $0.k / Self.passDepth == start / Self.passDepth },
                        rows: strip, columns: lanes)
                    for k in start..<min(multiply.depth, start + Self.passDepth) { pass.add(k) }
                    pass.leave(accumulators, isFresh: start == 0 && !multiply.accumulate)
                }
            }
        }
    }
}

extension GoboArray {
    /// What a multiplier makes of a binary16 number, a centroid or an outlier, and a sum or an activation.
    static func product(_ half: Float, _ operand: Float) -> Float { half * operand }
}

/// The elements of one tile during one pass over K.
private struct GoboPass {
    let operands: GoboOperands
    /// By k: which lanes are kept from adding, and what the multipliers take.
    private let outliers: [Int: [ListedOutlier]]
    let rows: Range<Int>
    let columns: Range<Int>
    /// [row][column][centroid]
    private var sums: [[[Float]]]
    /// What the multipliers add to: [row][column].
    private var products: [[Float]]

    init(operands: GoboOperands, outliers: [ListedOutlier], rows: Range<Int>, columns: Range<Int>) {
        self.operands = operands
        self.outliers = Dictionary(grouping: outliers, by: \.k)
        self.rows = rows
        self.columns = columns
        let element = [Float](repeating: 0, count: operands.centroids.count)
        sums = Array(repeating: Array(repeating: element, count: columns.count), count: rows.count)
        products = Array(repeating: Array(repeating: 0, count: columns.count), count: rows.count)
    }

    /// One cycle of the elements; the outliers of this k.
    mutating func add(_ k: Int) {
        let listed = outliers[k] ?? []
        let kept = Set(listed.map(\.column))
        let indices = columns.map { operands.index(column: $0, k: k) }
        for (line, row) in rows.enumerated() {
            let activation = operands.activation(row: row, k: k)
            for (lane, column) in columns.enumerated() where !kept.contains(column) {
                sums[line][lane][indices[lane]] += activation
            }
            for outlier in listed {
                let product = GoboArray.product(outlier.number, activation)
                products[line][outlier.column - columns.lowerBound] += product
            }
        }
    }

    /// The multipliers take the sums, centroid by centroid, and what they made is added to the accumulators.
    func leave(_ accumulators: AccumulatorFile, isFresh: Bool) {
        for (line, row) in rows.enumerated() {
            for (lane, column) in columns.enumerated() {
                var result = products[line][lane]
                for (centroid, sum) in zip(operands.centroids, sums[line][lane]) {
                    let product = GoboArray.product(centroid, sum)
                    result += product
                }
                let old = isFresh ? 0 : accumulators.float(row: row, column: column)
                accumulators.store(old + result, row: row, column: column)
            }
        }
    }
}
