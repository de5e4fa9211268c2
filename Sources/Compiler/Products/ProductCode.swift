import Arch

/// Emits one product: loads, tables, multiplies, epilogue and stores of every tile.
///
/// A step is one (row tile, column tile, channel part). Loads, tables and multiply of step s + 1 come before the epilogue of step s,
/// so that no unit waits for another longer than the data demands.
struct ProductCode {
    let source: ProductSource
    let tiling: ProductTiling
    let engine: any Engine
    var tile: TileCode

    struct RowTile: Hashable {
        var image: Int
        var y: Int
        var x: Int
        var height: Int
        var width: Int
    }
    struct ColumnTile: Hashable {
        var group: Int
        var start: Int
        var count: Int
    }
    struct Step {
        var rows: RowTile
        var columns: ColumnTile
        var channel: Int
        var channels: Int
        var isFirst: Bool
        var isLast: Bool
    }

    var geometry: ProductGeometry { source.geometry }
    var usesTables: Bool { source.decision.tables != nil }

    /// Loads of activations, weights and scales, tables and the product: what a step emits at least, to reserve memory.
    private static let instructionsPerStep = 5

    mutating func generate() throws(DoesNotFit) { try generate(steps()) }

    /// Whether the tiles fit: tried on the tiles at the corners, and the first and last part of their K:
    /// the whole ones and the smallest.
    func fits() -> Bool {
        var trial = self
        let rows = rowTiles()
        let columns = columnTiles()
        var sample: [Step] = []
        for row in Self.ends(rows) {
            for column in Self.ends(columns) {
                var parts: [Step] = []
                append(row, column, to: &parts)
                sample += Self.ends(parts)
            }
        }
        return (try? trial.generate(sample)) != nil
    }

    private static func ends<Part>(_ parts: [Part]) -> [Part] {
        parts.count <= 2 ? parts : [parts[0], parts[parts.count - 1]]
    }

    private mutating func generate(_ steps: [Step]) throws(DoesNotFit) {
        tile.emitter.reserve(Self.instructionsPerStep * steps.count)
        var pending: [TileValue] = []
        var accumulators: TileValue?
        for (index, step) in steps.enumerated() {
            if index == 0 {
                (pending, accumulators) = try prepare(step)
            }
            let operands = pending
            let sums = accumulators
            // Sums that lie in one place only must be used up before the next tile overwrites them.
            let isAhead = tiling.sumCopies > 1 || !step.isLast
            if isAhead, index + 1 < steps.count { (pending, accumulators) = try prepare(steps[index + 1]) }
            if step.isLast, let sums {
                let box = box(step)
                try tile.run(box, operands: operands, made: (source.sum, sums))
                try tile.store(box)
            }
            if !isAhead, index + 1 < steps.count { (pending, accumulators) = try prepare(steps[index + 1]) }
        }
    }

    // MARK: - Order

    private func steps() -> [Step] {
        let rows = rowTiles()
        let columns = columnTiles()
        var steps: [Step] = []
        // Matrices of a batch have weights of their own: they never share a column tile.
        let batches: [[RowTile]] =
            if case .runtime = source.weights { (0..<geometry.batch).map { b in rows.filter { $0.image == b } } } else { [rows] }
        for batch in batches {
            if tiling.rowsOutside {
                for row in batch { for column in columns { append(row, column, to: &steps) } }
            } else {
                for column in columns { for row in batch { append(row, column, to: &steps) } }
            }
        }
        return steps
    }

    private func append(_ rows: RowTile, _ columns: ColumnTile, to steps: inout [Step]) {
        for channel in stride(from: 0, to: geometry.channels, by: tiling.tileChannels) {
            let channels = min(tiling.tileChannels, geometry.channels - channel)
            steps.append(Step(
                rows: rows, columns: columns, channel: channel, channels: channels, isFirst: channel == 0,
                isLast: channel + channels == geometry.channels))
        }
    }

    private func rowTiles() -> [RowTile] {
        var tiles: [RowTile] = []
        for image in 0..<geometry.batch {
            for y in stride(from: 0, to: geometry.outputHeight, by: tiling.tileHeight) {
                for x in stride(from: 0, to: geometry.outputWidth, by: tiling.tileWidth) {
                    tiles.append(RowTile(
                        image: image, y: y, x: x, height: min(tiling.tileHeight, geometry.outputHeight - y),
                        width: min(tiling.tileWidth, geometry.outputWidth - x)))
                }
            }
        }
        return tiles
    }

    private func columnTiles() -> [ColumnTile] {
        (0..<geometry.groups).flatMap { group in
            stride(from: 0, to: geometry.columns, by: tiling.tileColumns).map { start in
                ColumnTile(group: group, start: start, count: min(tiling.tileColumns, geometry.columns - start))
            }
        }
    }

    func box(_ step: Step) -> Box {
        Box(
            start: [step.rows.image, step.rows.y, step.rows.x, step.columns.group * geometry.columns + step.columns.start],
            count: [1, step.rows.height, step.rows.width, step.columns.count])
    }

    // MARK: - One step

    /// Emits everything up to the multiply. Returns the epilogue's operands and the accumulators of the last part of K.
    private mutating func prepare(_ step: Step) throws(DoesNotFit) -> ([TileValue], TileValue?) {
        tile.emitter.node = source.record
        let activations = try loadActivations(step)
        let weights = try loadWeights(step)
        let scales = try loadActivationScales(step)
        var operands: [TileValue] = []
        if step.isLast {
            operands = try tile.loadOperands(box(step))
        }
        tile.emitter.node = source.record
        let sums = try multiply(step, activations: activations, weights: weights, scales: scales)
        return (operands, step.isLast ? sums : nil)
    }

    // MARK: - Multiply

    private mutating func multiply(
        _ step: Step, activations: LoadedActivations, weights: LoadedWeights, scales: (address: LocalAddress, pitch: Int)?
    ) throws(DoesNotFit) -> TileValue {
        let rows = step.rows.height * step.rows.width
        let fullRows = min(tiling.tileHeight, geometry.outputHeight) * min(tiling.tileWidth, geometry.outputWidth)
        let bytes = fullRows * min(tiling.tileColumns, geometry.columns) * 4
        // The parts of K of one tile add up in the same place.
        let content = [step.rows.image, step.rows.y, step.rows.x, step.columns.group, step.columns.start]
        let slot = try tile.slots.slot(.accumulators, content: content, bytes: bytes, spaces: [.accumulators], copies: tiling.sumCopies)
        let pitch = step.columns.count * 4
        let loops = loops(step, activations)
        var body = Multiply(
            engine: source.decision.engine, activations: activations.address, activationFormat: source.decision.activations,
            activationBits: source.decision.activationBits, outerRows: loops.outer, innerRows: loops.inner, ky: loops.ky, kx: loops.kx,
            run: source.layout.unfolds ? source.layout.run : source.layout.walked(step.channels), weights: weights.address.offset, weightBits: weights.bits,
            codes: weights.codes, structure: weights.structure, zero: weights.zero, columns: step.columns.count,
            accumulators: slot.address.offset, accumulatorPitch: pitch, accumulate: !step.isFirst,
            output: output(weights: weights, activations: activations, scales: scales, step: step))
        if let listed = weights.listed, let engine = engine as? any OutlierEngine { body = engine.counted(body, count: listed.count) }
        if usesTables,
            let shape = engine.shapes(rows: rows, columns: step.columns.count).first
        {
            tile.emitter.emit(.lmma(body, shape))
        } else {
            tile.emitter.emit(.mma(body))
        }
        let strides = [0, step.rows.width * pitch, pitch, 4]
        let counts = [1, step.rows.height, step.rows.width, step.columns.count]
        return TileValue(
            address: slot.address, strides: zip(strides, counts).map { $1 == 1 ? 0 : $0 },
            type: source.isScaled ? .float32 : .int32)
    }

    /// How the engine walks rows and taps.
    private func loops(
        _ step: Step, _ a: LoadedActivations
    ) -> (outer: Multiply.Loop, inner: Multiply.Loop, ky: Multiply.Loop, kx: Multiply.Loop) {
        let (height, width) = (step.rows.height, step.rows.width)
        let (ky, kx) = (geometry.kernelHeight, geometry.kernelWidth)
        if let tap = a.tapPitch {
            return (
                .init(count: height, stride: a.linePitch), .init(count: width, stride: a.pixelPitch),
                .init(count: ky, stride: kx * tap), .init(count: kx, stride: tap)
            )
        }
        return (
            .init(count: height, stride: geometry.stride[0] * a.linePitch),
            .init(count: width, stride: a.unfolded ? a.pixelPitch : geometry.stride[1] * a.pixelPitch),
            .init(count: ky, stride: geometry.dilation[0] * a.linePitch),
            source.layout.unfolds ? .init() : .init(count: kx, stride: geometry.dilation[1] * a.pixelPitch)
        )
    }

    private func output(
        weights: LoadedWeights, activations: LoadedActivations, scales: (address: LocalAddress, pitch: Int)?, step: Step
    ) -> Multiply.Output {
        guard source.isScaled else { return .integer }
        let layout = source.layout
        var activationScales: Multiply.ActivationScales?
        if let table = activations.scales {
            activationScales = .init(
                group: source.decision.tables?.activationsPerScale ?? step.channels,
                local: table.address, rowPitch: table.pitch)
        } else if let scales, let source = source.activationScales {
            activationScales = .init(group: layout.walked(source.group), local: scales.address, rowPitch: scales.pitch)
        }
        return .scaled(weights: weights.scales, activations: activationScales)
    }
}
