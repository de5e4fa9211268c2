extension Multiply {
    /// K of the weight layout: every run is padded to whole granules of the engine. Clamped, because a program file may
    /// state counts whose product does not fit an address.
    public func paddedDepth(of engine: any Engine) -> Int {
        let granule = engine.depthGranule(structure)
        return Self.product(ky.count, kx.count, ceilingQuotient(run, granule) * granule)
    }

    /// Weights stored of each column: all of the padded depth, or those that the structure keeps.
    public func storedDepth(of engine: any Engine) -> Int {
        let depth = paddedDepth(of: engine)
        return structure.pattern?.kept(of: depth) ?? depth
    }

    /// Bytes of one run of activations, or of its tables.
    public func runBytes(activationsPerTable length: Int?) -> Int {
        guard let entries = activationFormat.entries, let length else {
            return Self.product(run, activationFormat.elementBytes, 1)
        }
        let format = TableFormat(entries, length: length)
        return Self.product(format.tables(activations: run), format.tableBytes, 1)
    }

    /// Bytes of the tile's weights.
    public func weightBytes(of engine: any Engine) -> Int {
        if let mixed = structure.mixed { return Self.product(mixed.keptRows, MixedLayout.rowBytes(weightBits: weightBits), 1) }
        let block = engine.weightBytes(depth: storedDepth(of: engine), weightBits: weightBits)
        return Self.product(blocks(of: engine), block, 1)
    }

    /// Bytes of the positions of the tile's kept weights; 0 for dense ones.
    public func positionBytes(of engine: any Engine) -> Int {
        if let mixed = structure.mixed { return Self.product(mixed.keptRows, MixedLayout.positionRowBytes, 1) }
        guard let pattern = structure.pattern else { return 0 }
        let layout = PositionLayout(pattern: pattern, columnBlock: max(engine.columnBlock, 1))
        return Self.product(blocks(of: engine), storedDepth(of: engine), layout.rowBytes)
    }

    /// Bytes that hold N of every mixed block.
    public func blockCountBytes(of engine: any Engine) -> Int {
        guard structure.mixed != nil else { return 0 }
        return Self.product(blocks(of: engine), mixedDepthBlocks, max(1, engine.columnBlock / MixedBlocks.side))
    }

    /// Column blocks of the tile's weights and scales.
    public func blocks(of engine: any Engine) -> Int { ceilingQuotient(columns, max(engine.columnBlock, 1)) }

    /// Scale groups along the K of this instruction, one when weights are not grouped.
    public var weightGroups: Int {
        guard case .scaled(let scales?, _) = output, scales.group > 0 else { return 1 }
        return ceilingQuotient(Self.product(ky.count, kx.count, run), scales.group)
    }

    private static func product(_ a: Int, _ b: Int, _ c: Int) -> Int {
        let limit = 1 << 40
        func times(_ total: Int, _ factor: Int) -> Int {
            factor <= 0 ? 0 : total > limit / factor ? limit : total * factor
        }
        return times(times(min(max(a, 0), limit), b), c)
    }

    func forEachSpan(engines: [any Engine], shape: LookupShape?, _ visit: (AccessSpan) -> Void) {
        let rows = Self.product(outerRows.count, innerRows.count, 1)
        visit(activationSpan(shape))
        let sums = LocalAddress(.accumulators, accumulators)
        if accumulate {
            visit(AccessSpan(sums, run: 4 * columns, count: rows, stride: accumulatorPitch, isWrite: false))
        }
        if case .scaled(_, let scales?) = output, scales.group > 0 {
            let groups = ceilingQuotient(Self.product(ky.count, kx.count, run), scales.group)
            visit(AccessSpan(scales.local, run: 4 * groups, count: rows, stride: scales.rowPitch, isWrite: false))
        }
        if engines.indices.contains(engine) { forEachWeightSpan(engines[engine], visit) }
        visit(AccessSpan(sums, run: 4 * columns, count: rows, stride: accumulatorPitch, isWrite: true))
    }

    private func activationSpan(_ shape: LookupShape?) -> AccessSpan {
        var span = AccessSpan(activations, run: runBytes(activationsPerTable: shape?.k), isWrite: false)
        span.loops[0] = .init(count: outerRows.count, stride: outerRows.stride)
        span.loops[1] = .init(count: innerRows.count, stride: innerRows.stride)
        span.loops[2] = .init(count: ky.count, stride: ky.stride)
        span.loops[3] = .init(count: kx.count, stride: kx.stride)
        return span
    }

    private func forEachWeightSpan(_ engine: any Engine, _ visit: (AccessSpan) -> Void) {
        func read(_ offset: Int, _ bytes: Int) {
            visit(AccessSpan(LocalAddress(.weights, offset), run: bytes, isWrite: false))
        }
        let cells = Self.product(blocks(of: engine), engine.columnBlock, weightGroups)
        read(weights, weightBytes(of: engine))
        if case .nOfM(_, let positions) = structure { read(positions, positionBytes(of: engine)) }
        if let mixed = structure.mixed {
            read(mixed.positions, positionBytes(of: engine))
            read(mixed.blocks, blockCountBytes(of: engine))
        }
        if let outliers, let engine = engine as? any OutlierEngine {
            read(outliers.offset, Self.product(outliers.count, engine.outlierFormat.entryBytes, 1))
        }
        if case .scaled(let scales?, _) = output { read(scales.offset, cells * scales.format.bytes) }
        if case .table(let offset) = zero, codes.readsZeros { read(offset, cells * 2) }
    }
}
