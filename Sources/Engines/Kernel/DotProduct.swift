import Arch
import Dispatch

/// Executes an instruction as integer dot products: rows and columns are decoded once, then multiplied. Tasks own
/// disjoint columns and every output is summed in ascending k, so the bits do not depend on the number of threads.
struct DotProduct<Operands: DotOperands>: Sendable {
    let multiply: Multiply
    let operands: Operands
    let cut: KCut
    let parameters: GroupParameters
    let accumulators: AccumulatorFile

    private static var columnsPerTask: Int { 16 }
    /// Multiply-accumulates below which threads cost more than they gain.
    private static var parallelThreshold: Int { 4_000_000 }

    private var length: Int { cut.depth / operands.granule * operands.numbersPerGranule }

    func run() {
        let rows = multiply.rows
        guard rows > 0, multiply.columns > 0 else { return }
        let block = NumberBlock<Operands.Number>(rows: rows, length: length)
        defer { block.deallocate() }
        let parallel = rows * multiply.columns * length >= Self.parallelThreshold
        let rowsPerTask = 64
        perform(ceilDivide(rows, rowsPerTask), parallel: parallel) { task in
            for row in task * rowsPerTask..<min(rows, (task + 1) * rowsPerTask) {
                operands.writeRow(row, to: block.row(row))
            }
        }
        perform(ceilDivide(multiply.columns, Self.columnsPerTask), parallel: parallel) { task in
            let first = task * Self.columnsPerTask
            runColumns(first..<min(multiply.columns, first + Self.columnsPerTask), rows: block)
        }
    }

    private func runColumns(_ columns: Range<Int>, rows: NumberBlock<Operands.Number>) {
        // Columns are taken by fours; the last four may have fewer, the rest is zero.
        let weights = NumberBlock<Operands.Number>(rows: roundUp(columns.count, to: 4), length: length)
        defer { weights.deallocate() }
        for column in columns { operands.writeColumn(column, to: weights.row(column - columns.lowerBound)) }
        let scales = columnScales(columns)
        for row in 0..<multiply.rows {
            for first in stride(from: columns.lowerBound, to: columns.upperBound, by: 4) {
                let four = first..<min(columns.upperBound, first + 4)
                let weightRows = weights.row(first - columns.lowerBound)
                switch multiply.output {
                case .integer: integer(row, four, UnsafePointer(rows.row(row)), weightRows)
                case .scaled:
                    let group = (first - columns.lowerBound) / 4 * cut.segments.count
                    scaled(row, four, UnsafePointer(rows.row(row)), weightRows, scales[group...])
                }
            }
        }
    }

    private func integer(
        _ row: Int, _ columns: Range<Int>, _ activations: UnsafePointer<Operands.Number>, _ weights: UnsafePointer<Operands.Number>
    ) {
        let sums = dotFour(activations, weights, pitch: length, count: length)
        for (lane, column) in columns.enumerated() {
            accumulators.add(sums[lane], row: row, column: column, fresh: !multiply.accumulate)
        }
    }

    /// Scales of the columns by fours: [four][segment].
    private func columnScales(_ columns: Range<Int>) -> [SIMD4<Float>] {
        guard multiply.isScaled else { return [] }
        return stride(from: columns.lowerBound, to: columns.upperBound, by: 4).flatMap { first in
            cut.segments.map { segment in
                var four = SIMD4<Float>.zero
                for lane in 0..<min(4, columns.upperBound - first) {
                    four[lane] = parameters.columnScale(first + lane, segment)
                }
                return four
            }
        }
    }

    private func scaled(
        _ row: Int, _ columns: Range<Int>, _ activations: UnsafePointer<Operands.Number>, _ weights: UnsafePointer<Operands.Number>,
        _ scales: ArraySlice<SIMD4<Float>>
    ) {
        var totals = SIMD4<Float>.zero
        if multiply.accumulate {
            for (lane, column) in columns.enumerated() {
                totals[lane] = accumulators.float(row: row, column: column)
            }
        }
        for (segment, columnScale) in zip(cut.segments, scales) {
            let start = segment.range.lowerBound / operands.granule * operands.numbersPerGranule
            let count = segment.range.count / operands.granule * operands.numbersPerGranule
            let sums = dotFour(activations + start, weights + start, pitch: length, count: count)
            let scale = columnScale * parameters.rowScale(row, segment)
            for lane in 0..<4 {
                totals[lane] += scaledTerm(sums[lane], scale: scale[lane], inHalves: operands.sumsInHalves)
            }
        }
        for (lane, column) in columns.enumerated() { accumulators.store(totals[lane], row: row, column: column) }
    }
}

/// Rows of numbers, zero at first. Owned by the caller, who deallocates it; tasks write disjoint rows.
struct NumberBlock<Number: DotNumber>: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Number>
    let length: Int

    init(rows: Int, length: Int) {
        self.length = length
        base = .allocate(capacity: max(1, rows * length))
        base.initialize(repeating: 0, count: rows * length)
    }

    @inline(__always)
    func row(_ index: Int) -> UnsafeMutablePointer<Number> { base + index * length }

    func deallocate() { base.deallocate() }
}

private func perform(_ tasks: Int, parallel: Bool, _ body: @Sendable (Int) -> Void) {
    if parallel {
        DispatchQueue.concurrentPerform(iterations: tasks, execute: body)
    } else {
        for task in 0..<tasks { body(task) }
    }
}
