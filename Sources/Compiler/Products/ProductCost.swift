import Arch

/// Closed-form estimate of a tiling: the search needs an order, not cycles. The simulator counts the cycles.
struct ProductCost {
    let source: ProductSource
    let engine: any Engine
    let machine: Machine
    /// Vector instructions per output element, and bytes stored and loaded per output element by the epilogue.
    let epilogueSteps: Int
    let epilogueBytes: Int

    /// Bytes per cycle of the memory channel.
    private var bandwidth: Double {
        Double(machine.memory.burstBytes) * Double(machine.clockPeriod) / Double(machine.memory.burstPeriod)
    }

    func fits(_ tiling: ProductTiling) -> Bool {
        let copies = 2
        let sizes = sizes(tiling)
        return copies * sizes.activations <= machine.scratchpads.activations
            && copies * sizes.tables <= machine.scratchpads.tables
            && copies * sizes.weights <= machine.scratchpads.weights
            && sizes.sums <= machine.scratchpads.accumulators
    }

    private func sizes(_ tiling: ProductTiling) -> (activations: Int, tables: Int, weights: Int, sums: Int) {
        let g = source.geometry
        let pixels = g.patchHeight(tiling.tileHeight) * g.patchWidth(tiling.tileWidth)
        let channels = g.groups > 1 ? g.groups * g.channels : tiling.tileChannels
        var tables = 0
        if let bytes = source.decision.activations.tableBytes {
            let perRow = source.layout.unfolds ? ceilDivide(source.layout.run, 4) : ceilDivide(tiling.tileChannels, 4)
            let rows = source.layout.unfolds ? g.patchHeight(tiling.tileHeight) * tiling.tileWidth : pixels
            tables = rows * perRow * bytes
        }
        let run = source.layout.unfolds ? source.layout.paddedRun : roundUp(tiling.tileChannels, to: engine.depthBlock)
        let blocks = ceilDivide(tiling.tileColumns, engine.columnBlock)
        let weights = blocks * engine.weightBytes(depth: source.layout.runs * run, weightBits: weightBits)
        return (
            source.tables == nil ? pixels * channels * source.image.elementBytes : 0, tables, weights,
            tiling.tileHeight * tiling.tileWidth * tiling.tileColumns * 4
        )
    }

    private var weightBits: Int {
        switch source.weights {
        case .image(let image): image.bits
        case .runtime: 8
        }
    }

    /// Cycles: the busiest unit, plus what cannot overlap at both ends.
    func cycles(_ tiling: ProductTiling) -> Double {
        let g = source.geometry
        var count = tiling.count(g)
        var matrices = 1
        if case .runtime = source.weights {
            // Each matrix of the batch is a product of its own.
            matrices = g.batch
            count.rows /= max(1, g.batch)
        }
        let sizes = sizes(tiling)
        let activationLoads = reloads(own: count.rows, other: count.columns, steps: count.steps, isOutside: tiling.rowsOutside)
        let weightLoads = reloads(own: count.columns, other: count.rows, steps: count.steps, isOutside: !tiling.rowsOutside)
        let perActivation = Double(source.tables == nil ? sizes.activations : sizes.tables)
        let elements = Double(g.batch * g.rows * g.groups * g.columns)
        let bytes =
            Double(matrices) * (perActivation * Double(activationLoads) + Double(sizes.weights) * Double(weightLoads))
            + elements * Double(epilogueBytes)
        let tableBytes = max(1, source.decision.activations.tableBytes ?? 1)
        let builds = source.tables == nil && source.decision.activations.tableBytes != nil
            ? Double(matrices * activationLoads) * Double(sizes.tables / tableBytes) / Double(machine.vector.tablesPerCycle) : 0
        let vector = builds + elements * Double(epilogueSteps) / Double(machine.vector.lanes)
        let steps = matrices * count.rows * count.columns * count.steps
        let engineCycles = Double(steps) * Double(multiplyCycles(tiling) + 8)
        let first = (perActivation + Double(sizes.weights)) / bandwidth
        let last = Double(sizes.sums / 4 * max(1, epilogueSteps)) / Double(machine.vector.lanes)
        return max(engineCycles, bytes / bandwidth, vector) + first + last
    }

    /// Loads of an operand's tiles: the two newest stay, so a tile that does not change while the inner loop runs is loaded once.
    private func reloads(own: Int, other: Int, steps: Int, isOutside: Bool) -> Int {
        if own * steps <= 2 { return own * steps }
        return isOutside && steps <= 2 ? own * steps : own * other * steps
    }

    private func multiplyCycles(_ tiling: ProductTiling) -> Int {
        let g = source.geometry
        let run = source.layout.unfolds ? source.layout.run : tiling.tileChannels
        let body = Multiply(
            engine: source.decision.engine, activations: LocalAddress(.activations, 0),
            activationFormat: source.decision.activations, outerRows: .init(count: tiling.tileHeight),
            innerRows: .init(count: tiling.tileWidth), ky: .init(count: g.kernelHeight),
            kx: .init(count: source.layout.unfolds ? 1 : g.kernelWidth), run: run, weights: 0, weightBits: weightBits,
            codes: .offset, zero: .immediate(0), columns: tiling.tileColumns, accumulators: 0,
            accumulatorPitch: 4 * tiling.tileColumns, accumulate: false, output: output)
        let shape = engine.shapes(rows: tiling.tileHeight * tiling.tileWidth, columns: tiling.tileColumns).first
        let timing = engine.timing(body, shape: shape)
        return timing.occupancy + timing.latency
    }

    private var output: Multiply.Output {
        guard source.isScaled else { return .integer }
        var weights: Multiply.WeightScales?
        if case .image(let image) = source.weights, image.scaleAddress != nil {
            weights = .init(group: image.groupSize, format: image.scaleFormat, offset: 0)
        }
        let activations = source.activationScales.map {
            Multiply.ActivationScales(group: $0.group, local: LocalAddress(.activations, 0), rowPitch: 0)
        }
        return .scaled(weights: weights, activations: activations)
    }
}
