import Arch

extension GoboArray {
    /// Passes over K, one k per cycle.
    public func outlierParts(_ multiply: Multiply) -> [Range<Int>] {
        stride(from: 0, to: multiply.depth, by: Self.passDepth).map { $0..<min(multiply.depth, $0 + Self.passDepth) }
    }

    static var passDepth: Int { contract.granule }

    /// Columns that have a multiplier of their row to themselves for a time.
    func groups(columns: Int) -> Int { ceilDivide(columns, multipliers) }

    /// Cycles in which the multipliers of a row take the sums of all its elements.
    var centroidCycles: Int { groups(columns: columns) << indexBits }

    /// While the elements make a pass over K, the multipliers of their row take the sums of the pass before and then the pass's
    /// outliers, one each cycle, so a pass takes the longer of the two. The time for the sums before is kept, used or not: what
    /// ran before an instruction does not change its time.
    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let tiles = ceilDivide(multiply.rows, rows) * ceilDivide(multiply.columns, columns)
        var (held, beyond) = (0, 0)
        for (index, part) in outlierParts(multiply).enumerated() {
            let own = multiply.outliers?.count(part: index) ?? 0
            let pass = max(part.count, centroidCycles)
            held += pass - part.count
            beyond += max(pass, centroidCycles + own) - pass
        }
        let ideal = ceilDivide(multiply.rows * multiply.columns * multiply.depth, rows * columns)
        return UnitTiming(
            occupancyParts: [
                .init(.ideal, "activations added at full width", ideal),
                .init(.raggedEdges, "rows and columns not used", tiles * multiply.depth - ideal),
                .init(.epilogue, "passes shorter than the centroid products of the one before", tiles * held),
                .init(.outliers, "outliers that outlast a pass", tiles * beyond),
            ],
            latencyParts: latencyParts(multiply))
    }

    /// The sums of columns that are not used are not multiplied.
    private func latencyParts(_ multiply: Multiply) -> [UnitTiming.Part] {
        let lastColumns = multiply.columns - (ceilDivide(multiply.columns, columns) - 1) * columns
        return [
            .init(.fillAndDrain, "operand register", 1),
            .init(.fillAndDrain, "centroid sum register", 1),
            .init(.fillAndDrain, "second set of sums", 1),
            .init(.fillAndDrain, "centroid products of the last pass, after the first", groups(columns: lastColumns) << indexBits - 1),
            .init(.fillAndDrain, "product register", 1),
            .init(.fillAndDrain, "sum of products register", 1),
            .init(.fillAndDrain, "f32 accumulate", 1),
        ]
    }

    /// Events of one instruction; reads and writes of scratchpads count bytes.
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let outputs = multiply.rows * multiply.columns
        let passes = outlierParts(multiply).count
        let outliers = multiply.outliers?.count ?? 0
        let (strips, blocks) = (ceilDivide(multiply.rows, rows), ceilDivide(multiply.columns, columns))
        let bytes = multiply.activationFormat.elementBytes
        let events: [Event: Int] = [
            .centroidAdd: outputs * multiply.depth - multiply.rows * outliers,
            .multiplyAccumulate: outputs * passes << multiply.weightBits,
            .outlierMultiplyAccumulate: multiply.rows * outliers,
            .activationRead: bytes * multiply.rows * (multiply.depth * blocks + outliers),
            .weightRead: strips * blocks * weightBytes(depth: multiply.depth, weightBits: multiply.weightBits),
            .metadataRead: strips * (outliers * outlierFormat.entryBytes + (2 * passes) << multiply.weightBits),
            .accumulatorWrite: 4 * outputs * passes,
            .accumulatorRead: 4 * outputs * (multiply.accumulate ? passes : passes - 1),
        ]
        return events.filter { $0.value > 0 }
    }
}
