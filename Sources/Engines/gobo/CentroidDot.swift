import Arch
import Formats

extension GoboArray {
    public func multiply(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        CentroidDot(
            GoboOperands(multiply, memory: memory, layout: layout(multiply.weightBits)),
            outliers: listed(multiply, memory: memory), passDepth: Self.passDepth
        ).run()
    }

    public func product(_ multiply: Multiply, memory: CoreMemory) -> DotInstruction? { nil }
}

/// The fast path: eight rows at a time, whose activations meet the same index. Tasks own disjoint columns, so the bits do not
/// depend on the number of threads.
private struct CentroidDot: Sendable {
    private let operands: GoboOperands
    private let outliers: [Int: [ListedOutlier]]
    private let passDepth: Int
    private let accumulators: AccumulatorFile

    private typealias Lanes = SIMD8<Float>

    init(_ operands: GoboOperands, outliers: [ListedOutlier], passDepth: Int) {
        self.operands = operands
        self.outliers = Dictionary(grouping: outliers, by: \.column)
        self.passDepth = passDepth
        accumulators = AccumulatorFile(multiply: operands.multiply, memory: operands.memory)
    }

    private var multiply: Multiply { operands.multiply }
    private var groups: Int { ceilDivide(multiply.rows, Lanes.scalarCount) }

    func run() {
        let depth = multiply.depth
        guard multiply.rows > 0, multiply.columns > 0, depth > 0 else { return }
        // [group of rows][k]
        let activations = RowLanes(count: groups * depth)
        defer { activations.deallocate() }
        for row in 0..<multiply.rows {
            let (group, lane) = row.quotientAndRemainder(dividingBy: Lanes.scalarCount)
            for k in 0..<depth { activations.base[group * depth + k][lane] = operands.activation(row: row, k: k) }
        }
        let work = { @Sendable (column: Int) in run(column, activations) }
        if multiply.rows * multiply.columns * depth >= 1_000_000 {
            operands.memory.spread(multiply.columns, work)
        } else {
            for column in 0..<multiply.columns { work(column) }
        }
    }

    private func run(_ column: Int, _ activations: RowLanes) {
        let depth = multiply.depth
        let bins = operands.centroids.count
        let listed = outliers[column] ?? []
        var indices = (0..<depth).map { UInt8(truncatingIfNeeded: operands.index(column: column, k: $0)) }
        // Outliers are added to a sum that nothing reads.
        for outlier in listed { indices[outlier.k] = UInt8(bins) }
        for group in 0..<groups {
            let line = UnsafePointer(activations.base + group * depth)
            let rows = group * Lanes.scalarCount..<min(multiply.rows, (group + 1) * Lanes.scalarCount)
            var totals = Lanes.zero
            if multiply.accumulate {
                for (lane, row) in rows.enumerated() { totals[lane] = accumulators.float(row: row, column: column) }
            }
            for start in stride(from: 0, to: depth, by: passDepth) {
                totals += pass(line, indices, start..<min(depth, start + passDepth), listed)
            }
            for (lane, row) in rows.enumerated() { accumulators.store(totals[lane], row: row, column: column) }
        }
    }

    private func pass(
        _ line: UnsafePointer<Lanes>, _ indices: [UInt8], _ range: Range<Int>, _ listed: [ListedOutlier]
    ) -> Lanes {
        let bins = operands.centroids.count
        return withUnsafeTemporaryAllocation(of: Lanes.self, capacity: bins + 1) { sums in
            sums.initialize(repeating: .zero)
            for k in range { sums[Int(indices[k])] += line[k] }
            var result = Lanes.zero
            for outlier in listed where range.contains(outlier.k) {
                let product = line[outlier.k] * outlier.number
                result += product
            }
            for (index, centroid) in operands.centroids.enumerated() {
                let product = sums[index] * centroid
                result += product
            }
            return result
        }
    }
}

/// Activations of eight rows each. Owned by the caller, who deallocates it.
private struct RowLanes: @unchecked Sendable {
    let base: UnsafeMutablePointer<SIMD8<Float>>

    init(count: Int) {
        base = .allocate(capacity: count)
        base.initialize(repeating: .zero, count: count)
    }

    func deallocate() { base.deallocate() }
}
