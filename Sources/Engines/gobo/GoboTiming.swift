import Arch

extension GoboArray {
    /// Cycles of each pass over K, one k per cycle.
    func passes(_ multiply: Multiply) -> [Int] {
        stride(from: 0, to: multiply.depth, by: Self.passDepth).map { min(Self.passDepth, multiply.depth - $0) }
    }

    static var passDepth: Int { contract.granule }

    /// Cycles in which the multipliers of a row take the sums of all its elements, used or not.
    var centroidCycles: Int { ceilDivide(columns, multipliers) << indexBits }

    /// While the elements make a pass over K, the multipliers of their row take its outliers, one each cycle, and the sums of
    /// the pass before, so a pass takes the longer of the two. Outliers of an instruction that has several passes are counted
    /// as if they were dealt to them evenly.
    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let tiles = ceilDivide(multiply.rows, rows) * ceilDivide(multiply.columns, columns)
        let passes = passes(multiply)
        let outliers = multiply.outliers?.count ?? 0
        var (held, beyond) = (0, 0)
        for (index, depth) in passes.enumerated() {
            let own = outliers * (index + 1) / passes.count - outliers * index / passes.count
            let pass = max(depth, centroidCycles)
            held += pass - depth
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
            latencyParts: [
                .init(.fillAndDrain, "operand register", 1),
                .init(.fillAndDrain, "centroid sum register", 1),
                .init(.fillAndDrain, "centroid products of the last pass", centroidCycles),
                .init(.fillAndDrain, "product register", 1),
                .init(.fillAndDrain, "sum of products register", 1),
                .init(.fillAndDrain, "f32 accumulate", 1),
            ])
    }

    /// Events of one instruction; reads and writes of scratchpads count bytes.
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let outputs = multiply.rows * multiply.columns
        let passes = passes(multiply).count
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
