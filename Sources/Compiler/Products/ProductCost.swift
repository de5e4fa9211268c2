import Arch
import Formats

/// Closed-form estimate of a tiling: the search needs an order, not cycles. The simulator counts the cycles.
struct ProductCost {
    let source: ProductSource
    let engine: any Engine
    let machine: Machine
    let epilogue: EpilogueCost

    init(source: ProductSource, engine: any Engine, machine: Machine, epilogue: EpilogueCost) {
        self.source = source
        self.engine = engine
        self.machine = machine
        self.epilogue = epilogue
    }

    private static let stepCost = 16

    /// Cycles that one more vector or engine instruction costs by itself.
    private var instructionOverhead: Int { machine.vector.pipelineStages + 2 }

    /// Bytes per cycle of the memory channel.
    private var bandwidth: Double {
        Double(machine.memory.burstBytes) * Double(machine.clockPeriod) / Double(machine.memory.slotPeriod)
    }

    /// The shape measured last: the search goes from shape to shape, and tilings of one differ in order and copies only.
    private var last: (tiling: ProductTiling, measured: Measure)?

    private struct Measure {
        var sizes: Sizes
        var fits: Bool
        /// Of one step, when it fits.
        var cycles: Int
    }

    private mutating func measure(_ tiling: ProductTiling) -> Measure {
        if let last, last.tiling.hasShape(of: tiling) { return last.measured }
        let sizes = sizes(tiling)
        let fits = isSmall(sizes)
        let measured = Measure(sizes: sizes, fits: fits, cycles: fits ? multiplyCycles(tiling) : 0)
        last = (tiling, measured)
        return measured
    }

    private func isSmall(_ sizes: Sizes) -> Bool {
        let pads = machine.scratchpads
        return 2 * sizes.activations <= pads.activations && 2 * sizes.tables <= pads.tables
            && sizes.weights <= pads.weights && sizes.sums <= pads.accumulators
    }

    private struct Sizes {
        var activations = 0
        var tables = 0
        var weights = 0
        var sums = 0
        /// Bytes that the channel moves for one tile, whole bursts for every contiguous run.
        var activationTraffic = 0
        var weightTraffic = 0
        /// Elements that the vector unit lays out for the engine.
        var laidOut = 0
    }

    mutating func fits(_ tiling: ProductTiling) -> Bool {
        let measured = measure(tiling)
        let (sizes, pads) = (measured.sizes, machine.scratchpads)
        return measured.fits && tiling.weightCopies * sizes.weights <= pads.weights
            && tiling.sumCopies * sizes.sums <= pads.accumulators
    }

    private func bursts(rows: Int, bytes: Int, areContiguous: Bool) -> Int {
        let burst = machine.memory.burstBytes
        return areContiguous ? roundUp(rows * bytes, to: burst) : rows * roundUp(bytes + burst / 2, to: burst)
    }

    private func sizes(_ tiling: ProductTiling) -> Sizes {
        let g = source.geometry
        var sizes = Sizes()
        let pixels = g.patchHeight(tiling.tileHeight) * g.patchWidth(tiling.tileWidth)
        let channels = g.groups > 1 ? g.groups * g.channels : tiling.tileChannels
        let isWhole = channels == g.groups * g.channels
        if let format = source.decision.tables, source.layout.gathers {
            let perRow = format.tables(activations: source.layout.walked(tiling.tileChannels))
            sizes.tables = tiling.tileHeight * tiling.tileWidth * source.layout.runs * perRow * format.tableBytes
        } else if let format = source.decision.tables {
            let perRow = format.tables(activations: source.layout.unfolds ? source.layout.run : tiling.tileChannels)
            let rows = source.layout.unfolds ? g.patchHeight(tiling.tileHeight) * tiling.tileWidth : pixels
            sizes.tables = rows * perRow * format.tableBytes
        }
        if source.tables == nil {
            sizes.activations = pixels * channels * source.image.elementBytes
            sizes.activationTraffic = bursts(
                rows: pixels, bytes: channels * source.image.elementBytes, areContiguous: isWhole)
        } else {
            sizes.activationTraffic = sizes.tables
        }
        let stored = source.layout.storedDepth(channels: tiling.tileChannels)
        let blocks = ceilDivide(tiling.tileColumns, engine.columnBlock)
        sizes.weights = blocks * engine.weightBytes(depth: stored, weightBits: weightBits)
        if case .image(let image) = source.weights, let positions = image.positions {
            sizes.weights += blocks * positions.layout.bytes(kept: stored)
        }
        if let positions = source.sharedPositions {
            let kept = source.layout.walked(tiling.tileChannels)
            sizes.weights += source.layout.runs * positions.layout.bytes(kept: kept)
        }
        if let mixed = source.mixed { sizes.weights = mixedBytes(tiling, mixed) }
        sizes.weightTraffic = sizes.weights
        if case .runtime(let weights) = source.weights {
            if weights.columnsAreContiguous {
                sizes.weightTraffic = bursts(
                    rows: tiling.tileChannels * blocks, bytes: min(engine.columnBlock, tiling.tileColumns) * weights.type.bytes,
                    areContiguous: false)
            } else {
                sizes.laidOut = tiling.tileColumns * tiling.tileChannels
                sizes.weightTraffic = bursts(
                    rows: tiling.tileColumns, bytes: tiling.tileChannels * weights.type.bytes, areContiguous: isWhole)
            }
        } else if case .image(let image) = source.weights {
            sizes.weightTraffic = bursts(
                rows: blocks, bytes: sizes.weights / blocks, areContiguous: isWhole)
            if image.scaleAddress != nil {
                sizes.weightTraffic += tiling.tileColumns * ceilDivide(tiling.tileChannels, image.groupSize) * image.scaleFormat.bytes
            }
        }
        sizes.sums = tiling.tileHeight * tiling.tileWidth * tiling.tileColumns * 4
        return sizes
    }

    private var codes: Multiply.Codes {
        switch source.weights {
        case .image(let image): image.codes
        case .runtime(let weights): weights.codes
        }
    }

    private var weightBits: Int {
        switch source.weights {
        case .image(let image): image.bits
        case .runtime(let weights): 8 * weights.type.bytes
        }
    }

    /// Cycles: the busiest unit, plus what cannot overlap.
    mutating func cycles(_ tiling: ProductTiling) -> Double {
        let g = source.geometry
        var count = tiling.count(g)
        var matrices = 1
        if case .runtime = source.weights {
            // Each matrix of the batch is a product of its own.
            matrices = g.batch
            count.rows /= max(1, g.batch)
        }
        let measured = measure(tiling)
        let (sizes, stepCycles) = (measured.sizes, measured.cycles)
        let activationLoads = matrices
            * reloads(own: count.rows, other: count.columns, steps: count.steps, isOutside: tiling.rowsOutside, copies: 2)
        let weightLoads = matrices
            * reloads(own: count.columns, other: count.rows, steps: count.steps, isOutside: !tiling.rowsOutside, copies: tiling.weightCopies)
        let elements = Double(g.batch * g.rows * g.groups * g.columns)
        let traffic = Double(sizes.activationTraffic * activationLoads) + Double(sizes.weightTraffic * weightLoads)
            + elements * Double(epilogue.bytesPerElement)
        let tiles = matrices * count.rows * count.columns
        let vector = vectorCycles(
            sizes, tableBuilds: tableBuilds(tiling, count, activationLoads: activationLoads), weightLoads: weightLoads)
            + elements * Double(epilogue.intervals) / Double(machine.vector.lanes)
            + Double(tiles * epilogue.instructions * instructionOverhead)
        let engineCycles = Double(tiles * count.steps) * (Double(stepCycles) * share(tiling, of: count) + 4)
        let first = Double(sizes.activationTraffic + sizes.weightTraffic) / bandwidth
        let last = Double(sizes.sums / 4 * epilogue.intervals) / Double(machine.vector.lanes)
        // Between tilings that keep the units equally busy, the one with fewer instructions wins.
        let steps = Double(tiles * count.steps * Self.stepCost)
        var total = max(engineCycles, traffic / bandwidth, vector) + first + last + steps
        if tiling.weightCopies == 1, weightLoads > 1 {
            total += Double(weightLoads - 1) * (Double(sizes.weightTraffic) / bandwidth + Double(sizes.laidOut / machine.vector.lanes))
        }
        if tiling.sumCopies == 1 { total += Double(tiles - 1) * last }
        return total
    }

    /// Work of the mean tile against the whole one: the last tile along an axis may be smaller.
    private func share(_ tiling: ProductTiling, of count: (rows: Int, columns: Int, steps: Int)) -> Double {
        let g = source.geometry
        let rows = Double(g.outputHeight * g.outputWidth)
            / Double(ceilDivide(g.outputHeight, tiling.tileHeight) * tiling.tileHeight
                * ceilDivide(g.outputWidth, tiling.tileWidth) * tiling.tileWidth)
        let columns = Double(roundUp(g.columns, to: engine.columnBlock))
            / Double(ceilDivide(g.columns, tiling.tileColumns) * roundUp(tiling.tileColumns, to: engine.columnBlock))
        let depth = Double(g.channels) / Double(count.steps * tiling.tileChannels)
        return min(1, rows * columns * depth)
    }

    /// Tables are built when activations are loaded; of N:M weights, whenever another group of columns comes, too.
    private func tableBuilds(
        _ tiling: ProductTiling, _ count: (rows: Int, columns: Int, steps: Int), activationLoads: Int
    ) -> Int {
        guard let shared = source.sharedPositions else { return activationLoads }
        let groups = ceilDivide(source.geometry.groups * source.geometry.columns, shared.columns)
        let isKept = tiling.rowsOutside ? count.steps <= 2 : count.rows * count.steps <= 2
        return count.rows * count.steps * (isKept ? groups : count.columns)
    }

    private func vectorCycles(_ sizes: Sizes, tableBuilds: Int, weightLoads: Int) -> Double {
        var cycles = Double(weightLoads * sizes.laidOut) / Double(machine.vector.lanes)
        if source.tables == nil, let format = source.decision.tables {
            let turns = VectorUnit.builderTurns(of: format)
            cycles += Double(tableBuilds) * turns * Double(sizes.tables / format.tableBytes)
                / Double(machine.vector.tablesPerCycle)
        }
        return cycles
    }

    /// Loads of an operand's tiles: the newest `copies` stay, so a tile that does not change while the inner loop runs is loaded once.
    private func reloads(own: Int, other: Int, steps: Int, isOutside: Bool, copies: Int) -> Int {
        if own * steps <= copies { return own * steps }
        return isOutside && steps <= copies ? own * steps : own * other * steps
    }

    private func multiplyCycles(_ tiling: ProductTiling) -> Int {
        let g = source.geometry
        let run = source.layout.unfolds ? source.layout.run : source.layout.walked(tiling.tileChannels)
        let body = Multiply(
            engine: source.decision.engine, activations: LocalAddress(.activations, 0),
            activationFormat: source.decision.activations, activationBits: source.decision.activationBits,
            outerRows: .init(count: tiling.tileHeight), innerRows: .init(count: tiling.tileWidth), ky: .init(count: g.kernelHeight),
            kx: .init(count: source.layout.unfolds ? 1 : g.kernelWidth), run: run, weights: 0, weightBits: weightBits,
            codes: codes, structure: structure(tiling),
            zero: .immediate(0), columns: tiling.tileColumns, accumulators: 0,
            accumulatorPitch: 4 * tiling.tileColumns, accumulate: false, output: output)
        let shape = engine.shapes(rows: tiling.tileHeight * tiling.tileWidth, columns: tiling.tileColumns).first
        let timing = engine.timing(body, shape: shape)
        return timing.occupancy + timing.latency
    }

    /// Of the instructions: what was gathered beforehand is dense.
    private func structure(_ tiling: ProductTiling) -> Multiply.Structure {
        if let mixed = source.mixed {
            // The first tile stands for all.
            let code = firstTile(tiling)
            return .mixed(MixedBlocks(counts: mixed.counts(stripes: code.stripes, depthBlocks: code.depth), positions: 0))
        }
        guard let pattern = source.layout.pattern, !source.layout.gathers else { return .dense }
        return .nOfM(pattern, positions: 0)
    }

    private func firstTile(_ tiling: ProductTiling) -> (stripes: Range<Int>, depth: Range<Int>) {
        let side = BlockMix.side
        let stripes = 0..<ceilDivide(min(tiling.tileColumns, source.geometry.columns), side)
        let depth = ceilDivide(min(tiling.tileChannels, source.geometry.channels), side) * source.layout.runs
        return (stripes, 0..<depth)
    }

    /// Codes, positions and counts of a tile that keeps the mean share.
    private func mixedBytes(_ tiling: ProductTiling, _ mixed: MixedImage) -> Int {
        let tile = firstTile(tiling)
        let blocks = tile.stripes.count * tile.depth.count
        let rowBytes = MixedLayout.rowBytes(weightBits: weightBits) + MixedLayout.positionRowBytes
        return Int((Double(blocks * BlockMix.side * rowBytes) * mixed.density).rounded(.up)) + blocks
    }

    private var output: Multiply.Output {
        guard source.isScaled else { return .integer }
        var weights: Multiply.WeightScales?
        if case .image(let image) = source.weights, image.scaleAddress != nil {
            weights = .init(
                group: source.layout.walked(image.groupSize), format: image.scaleFormat, offset: 0, scalesWeights: image.scalesWeights)
        }
        let activations = source.activationScales.map {
            Multiply.ActivationScales(group: source.layout.walked($0.group), local: LocalAddress(.activations, 0), rowPitch: 0)
        }
        return .scaled(weights: weights, activations: activations)
    }
}

/// What the vector unit does with the sums of a product.
struct EpilogueCost {
    /// Sum of the initiation intervals of the steps over whole tiles.
    var intervals: Int
    var instructions: Int
    /// Stored and loaded beside the product's own operands.
    var bytesPerElement: Int

    init(binding: VectorBinding, outputs: [String: BoundOperand], vector: VectorUnit) {
        intervals = 0
        for step in binding.steps where step.width == nil {
            switch step.kind {
            case .elementwise(let function), .elementwiseByGroup(let function, _): intervals += vector.interval(of: function)
            case .mask: intervals += vector.simpleInterval
            case .rope: intervals += 3 * vector.simpleInterval
            case .reduceRow, .reduceGroups: intervals += vector.simpleInterval
            }
        }
        for step in binding.steps where step.width != nil { if case .reduceRow = step.kind { intervals += vector.simpleInterval } }
        instructions = binding.steps.count
        let whole = binding.operands.values.filter { $0.width == nil && !$0.view.strides.contains(0) }
        bytesPerElement = (outputs.values + whole).reduce(0) { $0 + $1.view.elementBytes }
    }
}
