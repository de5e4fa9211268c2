import Arch

/// Tables of the activations that a group of columns keeps.
extension ProductCode {
    /// Every tap keeps positions of its own, so each has tables of its own: [tap][output row][output column][table].
    mutating func gatherTables(
        _ step: Step, patch: Patch, from address: LocalAddress, content: [Int], _ format: TableFormat,
        _ shared: WeightImage.SharedPositions
    ) throws(DoesNotFit) -> LoadedActivations {
        let columnGroup = (step.columns.group * geometry.columns + step.columns.start) / shared.columns
        let tables = format.tables(activations: source.layout.walked(step.channels))
        let pitch = tables * format.tableBytes
        let fullChannels = source.layout.walked(min(tiling.tileChannels, geometry.channels))
        let fullRows = min(tiling.tileHeight, geometry.outputHeight) * min(tiling.tileWidth, geometry.outputWidth)
        let slot = try tile.slots.slot(
            .tables, content: content + [columnGroup],
            bytes: source.layout.runs * fullRows * format.tables(activations: fullChannels) * format.tableBytes,
            spaces: [.tables], copies: 2)
        var scales: (address: LocalAddress, pitch: Int)?
        if format.tablesPerScale != nil {
            let bytes = fullRows * format.scaleGroups(tables: format.tables(activations: fullChannels)) * 4
            let place = try tile.slots.slot(
                .tableScales, content: content + [columnGroup], bytes: bytes, spaces: [.tables], copies: 2)
            scales = (place.address, format.scaleGroups(tables: tables) * 4)
        }
        let loaded = LoadedActivations(
            address: slot.address, pixelPitch: pitch, linePitch: step.rows.width * pitch, unfolded: false,
            tapPitch: step.rows.height * step.rows.width * pitch, scales: scales)
        if slot.holds { return loaded }
        let positions = try loadPositions(step, shared, columnGroup: columnGroup)
        tile.emitter.node = source.tableRecord
        for tap in 0..<source.layout.runs {
            let place = LocalAddress(positions.address.space, positions.address.offset + tap * positions.runBytes)
            gatherTap(
                tap, step, patch: patch, from: address, format,
                .init(shared.layout.pattern, positions: place, period: patch.channels), into: loaded)
        }
        tile.emitter.node = source.record
        return loaded
    }

    private mutating func gatherTap(
        _ tap: Int, _ step: Step, patch: Patch, from address: LocalAddress, _ format: TableFormat,
        _ selection: BuildTables.Selection, into loaded: LoadedActivations
    ) {
        let pixel = patch.channels * source.image.elementBytes
        let line = patch.columns * pixel
        let (ky, kx) = tap.quotientAndRemainder(dividingBy: geometry.kernelWidth)
        let first = ky * geometry.dilation[0] * line + kx * geometry.dilation[1] * pixel
        let (height, width) = (step.rows.height, step.rows.width)
        // Neighbouring pixels of whole tables without scales are one row, which fills the table builders.
        let isOneRow = loaded.scales == nil && geometry.stride[1] == 1 && source.layout.walked(patch.channels).isMultiple(of: format.length)
        tile.emitter.emit(.buildTables(BuildTables(
            source: Operand(LocalAddress(address.space, address.offset + first), source.type),
            outerRows: .init(count: height, stride: geometry.stride[0] * line),
            innerRows: isOneRow ? .init() : .init(count: width, stride: geometry.stride[1] * pixel),
            elements: isOneRow ? width * patch.channels : patch.channels, format: format,
            tables: loaded.address.offset + tap * (loaded.tapPitch ?? 0),
            tablePitch: isOneRow ? loaded.linePitch : loaded.pixelPitch,
            scales: loaded.scales?.address ?? LocalAddress(.tables, 0), scalePitch: loaded.scales?.pitch ?? 0,
            selection: selection)))
    }

    /// The positions of a group of columns for the channels of a step, run after run.
    private mutating func loadPositions(
        _ step: Step, _ shared: WeightImage.SharedPositions, columnGroup: Int
    ) throws(DoesNotFit) -> (address: LocalAddress, runBytes: Int) {
        let layout = source.layout
        func bytes(_ channels: Int) -> Int { shared.layout.bytes(kept: layout.walked(channels)) }
        let run = bytes(step.channels)
        let slot = try tile.slots.slot(
            .positions, content: [columnGroup, step.channel, step.channels],
            bytes: layout.runs * bytes(min(tiling.tileChannels, geometry.channels)), spaces: [.weights],
            copies: tiling.weightCopies)
        if slot.holds { return (slot.address, run) }
        let first = shared.address + columnGroup * layout.runs * shared.runBytes + bytes(step.channel)
        let isWhole = step.channels == geometry.channels || layout.runs == 1
        tile.emitter.emit(.load(Transfer(
            global: first, local: slot.address, rowBytes: isWhole ? layout.runs * run : run,
            loops: isWhole ? [] : [.init(count: layout.runs, globalStride: shared.runBytes, localStride: run)],
            traffic: .metadata)))
        return (slot.address, run)
    }
}
