import Arch
import Formats

extension InstructionCheck {
    mutating func check(_ work: Multiply, shape: LookupShape?) {
        guard target.engines.indices.contains(work.engine), work.engine < Unit.maximumEngines else {
            return report("engine", "engine \(work.engine) where the machine has \(target.engines.count)")
        }
        let engine = target.engines[work.engine]
        guard work.codes.bitWidths.contains(work.weightBits) else {
            let widths = work.codes.bitWidths.map(String.init).joined(separator: ", ")
            return report("weightBits", "\(work.weightBits) where one of \(widths) is expected")
        }
        let activationBits = Multiply.takesNarrowActivations(work.activationFormat) ? 1...8 : 8...8
        guard activationBits.contains(work.activationBits) else {
            return report("activationBits", "\(work.activationBits) where \(activationBits.lowerBound) to 8 is expected")
        }
        guard let rows = checkedProduct(work.outerRows.count, work.innerRows.count),
            let depth = checkedProduct(work.ky.count, work.kx.count, work.run), depth < 1 << 40,
            work.columns >= 1, work.columns < 1 << 40
        else { return report("run", "counts must be at least 1 and the range must be finite") }
        requireSteps([rows, work.columns, depth], "rows")
        checkKind(work, shape: shape, engine: engine)
        checkFloats(work, engine: engine)
        checkOperandScales(work, engine: engine)
        checkActivations(work, shape: shape)
        checkStructure(work, engine: engine)
        checkMixedBlocks(work, engine: engine)
        checkWeights(work, engine: engine)
        let sums = Extent(start: work.accumulators, bytes: 4 * work.columns)
        require(sums.swept(count: rows, stride: work.accumulatorPitch), in: .accumulators, "accumulators")
        if case .scaled(_, let scales?) = work.output {
            guard scales.group >= 1 else {
                return report("output.activations.group", "a group has at least 1 activation")
            }
            let groups = (laidOutDepth(work, engine) - 1) / scales.group + 1
            let extent = Extent(start: scales.local.offset, bytes: 4 * groups).swept(
                count: rows, stride: scales.rowPitch)
            require(extent, in: scales.local.space, "output.activations")
        }
    }

    private mutating func checkKind(_ work: Multiply, shape: LookupShape?, engine: any Engine) {
        let expected = engine.tableFormat?.entries.activations
        if let expected {
            require(
                work.activationFormat == expected, "activationFormat",
                "\(work.activationFormat) where engine '\(engine.kind)' reads \(expected)")
        } else {
            require(
                !work.activationFormat.areTables, "activationFormat",
                "engine '\(engine.kind)' reads codes, not \(work.activationFormat)")
        }
        require(
            (shape != nil) == (expected != nil), "body",
            shape == nil
                ? "engine '\(engine.kind)' executes lmma, not mma" : "engine '\(engine.kind)' executes mma, not lmma")
        if let shape, expected != nil {
            require(
                engine.shapes(rows: work.rows, columns: work.columns).contains(shape), "shape",
                "engine '\(engine.kind)' cannot arrange its arrays as m\(shape.m) n\(shape.n) k\(shape.k) x "
                    + "\(shape.arraysAlongColumns)")
        }
    }

    /// Weights are scaled in front of the products only where there is a unit for it, and only for floats to meet them.
    private mutating func checkOperandScales(_ work: Multiply, engine: any Engine) {
        guard work.operandScales != nil else { return }
        require(
            engine.dequantisesFirst && work.activationFormat.isFloat && work.codes.floatCodec == nil, "output.weights",
            "engine '\(engine.kind)' does not scale \(work.codes) weights of \(work.activationFormat) activations before the product")
    }

    /// Float operands and pairs only where the engine multiplies them, and on an engine of pairs nothing else.
    private mutating func checkFloats(_ work: Multiply, engine: any Engine) {
        guard let activations = work.activationFormat.codec else {
            return require(
                work.codes.codec == nil, "codes", "\(work.codes) weights where the activations are lookup tables")
        }
        let weights: Codec =
            switch work.codes {
            case .offset: .unsigned(bits: work.weightBits)
            case .bipolar: .bipolar(bits: work.weightBits)
            case .twosComplement: .int8
            default: work.codes.codec ?? .int8
            }
        let isPlain = activations.isInteger && activations.pairs == nil && !activations.hasGaps && work.codes.codec == nil
        switch engine.support(ProductFormat(activations: activations, weights: weights)) {
        case .unsupported(let reason) where !isPlain: report("codes", "engine '\(engine.kind)': \(reason)")
        case .viaConversion(.outlierVictimPairs):
            report("codes", "engine '\(engine.kind)' multiplies outlier-victim pairs, not \(activations.name) by \(weights.name)")
        case .native, .viaConversion, .unsupported: break
        }
        require(work.output != .integer || !activations.isFloat && work.codes.floatCodec == nil, "output", "floats sum to f32")
    }

    private mutating func checkActivations(_ work: Multiply, shape: LookupShape?) {
        let runBytes = work.runBytes(activationsPerTable: shape?.k)
        let extent = Extent(start: work.activations.offset, bytes: runBytes)
            .swept(count: work.outerRows.count, stride: work.outerRows.stride)
            .swept(count: work.innerRows.count, stride: work.innerRows.stride)
            .swept(count: work.ky.count, stride: work.ky.stride)
            .swept(count: work.kx.count, stride: work.kx.stride)
        require(extent, in: work.activations.space, "activations")
    }

    private mutating func checkStructure(_ work: Multiply, engine: any Engine) {
        guard let pattern = work.structure.pattern else { return }
        let format = ProductFormat(
            activations: work.activationFormat == .uint8 ? .uint8 : .int8, weights: .unsigned(bits: work.weightBits),
            runtimeWeights: work.codes == .twosComplement, structure: pattern)
        var dense = format
        dense.structure = nil
        // What the engine says of dense weights too is not about the structure.
        let support = engine.support(format)
        if support != engine.support(dense), case .unsupported(let reason) = support { report("structure", reason) }
        require(work.codes == .offset, "structure", "weights of \(pattern.name) have int codes")
        if case .scaled(let weights, let activations) = work.output {
            for group in [weights?.group, activations?.group].compactMap({ $0 }) {
                require(
                    group.isMultiple(of: pattern.m), "structure",
                    "groups of \(group) along K do not hold whole blocks of \(pattern.m)")
            }
        }
    }

    private mutating func checkWeights(_ work: Multiply, engine: any Engine) {
        let size = target.machine.scratchpads.weights
        // A weight takes a bit at least, and one in 32 is stored at least, so this also keeps the products below from
        // wrapping.
        let depth = laidOutDepth(work, engine)
        guard depth / (8 * 32) <= size, work.columns / 8 <= size else {
            return report("weights", "\(work.columns) columns of \(depth) weights lie outside 'wgt'")
        }
        let block = engine.columnBlock
        let blocks = (work.columns - 1) / block + 1
        let stored = work.structure.pattern?.kept(of: depth) ?? depth
        let blockBytes = engine.weightBytes(depth: stored, weightBits: work.weightBits)
        let weights = Extent(start: work.weights, bytes: blockBytes).swept(count: blocks, stride: blockBytes)
        if work.structure.mixed == nil { require(weights, in: .weights, "weights") }
        if case .nOfM(let pattern, let positions) = work.structure {
            let bytes = PositionLayout(pattern: pattern, columnBlock: block).bytes(kept: stored)
            let extent = Extent(start: positions, bytes: bytes).swept(count: blocks, stride: bytes)
            require(extent, in: .weights, "positions")
        }
        if let outliers = work.outliers {
            guard let engine = engine as? any OutlierEngine, engine.listsOutliers(weightBits: work.weightBits) else {
                return report("outliers", "engine '\(engine.kind)' has no list beside weights of \(work.weightBits) bits")
            }
            let entry = engine.outlierFormat.entryBytes
            guard outliers.count <= size / entry else { return report("outliers", "\(outliers.count) entries lie outside 'wgt'") }
            require(Extent(start: outliers.offset, bytes: outliers.count * entry), in: .weights, "outliers")
        }
        var group = depth
        if case .scaled(let scales?, _) = work.output {
            guard scales.group >= 1 else { return report("output.weights.group", "a group has at least 1 weight") }
            group = scales.group
            let bytes = block * scales.format.bytes
            requireGroups(bytes, depth, group, blocks, at: scales.offset, "output.weights")
        }
        switch work.zero {
        case .immediate(let zero):
            require(
                Int16(exactly: zero) != nil, "zero",
                "\(zero) where 16 bits are expected")
        case .table(let offset):
            requireGroups(block * 2, depth, group, blocks, at: offset, "zero")
        }
    }

    /// K as weights and groups count it: every run is padded to whole granules.
    private func laidOutDepth(_ work: Multiply, _ engine: any Engine) -> Int {
        let granule = work.structure.mixed == nil ? engine.depthGranule(work.structure.pattern) : MixedBlocks.side
        return work.ky.count * work.kx.count * ((work.run - 1) / granule + 1) * granule
    }

    /// [block][group][column]: the groups of all blocks follow each other.
    private mutating func requireGroups(
        _ bytes: Int, _ depth: Int, _ group: Int, _ blocks: Int, at offset: Int, _ field: String
    ) {
        let groups = (depth - 1) / group + 1
        let extent = Extent(start: offset, bytes: bytes).swept(count: groups, stride: bytes)
        require(extent.swept(count: blocks, stride: groups &* bytes), in: .weights, field)
    }
}
