import Arch

extension ProductCode {
    /// Where the engine finds its activations, and the byte distance of neighbouring pixels.
    struct LoadedActivations {
        var address: LocalAddress
        var pixelPitch: Int
        var linePitch: Int
        /// Pixels are output columns already (kx lies inside the run).
        var unfolded: Bool
        /// Byte distance of neighbouring taps where each has tables of its own, whose pixels are output columns; `nil`
        /// where taps share them.
        var tapPitch: Int?
        var scales: (address: LocalAddress, pitch: Int)?
    }

    private func patch(_ step: Step) -> Patch {
        let rows = step.rows
        let grouped = geometry.groups > 1 && !usesTables
        return Patch(
            image: rows.image, row: rows.y * geometry.stride[0] - geometry.padding[0],
            column: rows.x * geometry.stride[1] - geometry.padding[1], rows: geometry.patchHeight(rows.height),
            columns: geometry.patchWidth(rows.width),
            channel: usesTables && geometry.groups > 1 ? step.columns.group * geometry.channels : step.channel,
            channels: grouped ? geometry.groups * geometry.channels : step.channels)
    }

    private func fullPatchBytes(_ step: Step) -> Int {
        let patch = patch(step)
        let channels = geometry.groups > 1 ? patch.channels : min(tiling.tileChannels, geometry.channels)
        return geometry.patchHeight(min(tiling.tileHeight, geometry.outputHeight))
            * geometry.patchWidth(min(tiling.tileWidth, geometry.outputWidth)) * channels * source.image.elementBytes
    }

    mutating func loadActivations(_ step: Step) throws(DoesNotFit) -> LoadedActivations {
        let patch = patch(step)
        if let tables = source.tables, let format = source.decision.tables {
            return try loadTables(step, patch: patch, tables: tables, format)
        }
        let content = [patch.image, patch.row, patch.column, patch.rows, patch.columns, patch.channel, patch.channels]
        let slot = try tile.slots.slot(
            .activations, content: content, bytes: fullPatchBytes(step), spaces: [.activations], copies: 2)
        if !slot.holds { tile.emitter.load(patch, of: source.image, into: slot.address, padding: source.padding) }
        let pixel = patch.channels * source.image.elementBytes
        guard let format = source.decision.tables else {
            var address = slot.address
            address.offset += geometry.groups > 1 ? step.columns.group * geometry.channels * source.image.elementBytes : 0
            return LoadedActivations(
                address: address, pixelPitch: pixel, linePitch: patch.columns * pixel, unfolded: false, scales: nil)
        }
        if let shared = source.sharedPositions {
            return try gatherTables(step, patch: patch, from: slot.address, content: content, format, shared)
        }
        return try buildTables(step, patch: patch, from: slot.address, content: content, format)
    }

    private func tableShape(
        _ step: Step, patch: Patch, _ format: TableFormat
    ) -> (columns: Int, elements: Int, tables: Int) {
        let elements = source.layout.unfolds ? source.layout.run : patch.channels
        return (source.layout.unfolds ? step.rows.width : patch.columns, elements, format.tables(activations: elements))
    }

    private mutating func buildTables(
        _ step: Step, patch: Patch, from address: LocalAddress, content: [Int], _ format: TableFormat
    ) throws(DoesNotFit) -> LoadedActivations {
        let shape = tableShape(step, patch: patch, format)
        let pitch = shape.tables * format.tableBytes
        let groups = format.scaleGroups(tables: shape.tables)
        let fullColumns = source.layout.unfolds
            ? min(tiling.tileWidth, geometry.outputWidth) : geometry.patchWidth(min(tiling.tileWidth, geometry.outputWidth))
        let fullTables = source.layout.unfolds
            ? shape.tables : format.tables(activations: min(tiling.tileChannels, geometry.channels))
        let fullRows = geometry.patchHeight(min(tiling.tileHeight, geometry.outputHeight)) * fullColumns
        let slot = try tile.slots.slot(
            .tables, content: content, bytes: fullRows * fullTables * format.tableBytes, spaces: [.tables], copies: 2)
        var scales: (address: LocalAddress, pitch: Int)?
        if groups > 0 {
            let bytes = fullRows * format.scaleGroups(tables: fullTables) * 4
            let place = try tile.slots.slot(.tableScales, content: content, bytes: bytes, spaces: [.tables], copies: 2)
            scales = (place.address, groups * 4)
        }
        if !slot.holds {
            let pixel = patch.channels * source.image.elementBytes
            let step = source.layout.unfolds ? geometry.stride[1] * pixel : pixel
            tile.emitter.node = source.tableRecord
            // Whole tables in every pixel and no scales: the patch is one run, which fills the table builders.
            let isOneRun = !source.layout.unfolds && shape.elements.isMultiple(of: format.length) && groups == 0
            let pixels = patch.rows * shape.columns
            tile.emitter.emit(.buildTables(BuildTables(
                source: Operand(address, source.type),
                outerRows: isOneRun ? .init() : .init(count: patch.rows, stride: patch.columns * pixel),
                innerRows: isOneRun ? .init() : .init(count: shape.columns, stride: step),
                elements: isOneRun ? pixels * shape.elements : shape.elements, format: format,
                tables: slot.address.offset, tablePitch: isOneRun ? pixels * pitch : pitch,
                scales: scales?.address ?? LocalAddress(.tables, 0), scalePitch: scales?.pitch ?? 0)))
            tile.emitter.node = source.record
        }
        return LoadedActivations(
            address: slot.address, pixelPitch: pitch, linePitch: shape.columns * pitch, unfolded: source.layout.unfolds,
            scales: scales)
    }

    /// Tables that a producer left in DRAM: the same patch in tables.
    private mutating func loadTables(
        _ step: Step, patch: Patch, tables: TableTensor, _ format: TableFormat
    ) throws(DoesNotFit) -> LoadedActivations {
        let table = format.tableBytes
        let count = format.tables(activations: patch.channels)
        let content = [patch.image, patch.row, patch.column, patch.rows, patch.columns, patch.channel, patch.channels]
        let fullPixels = geometry.patchHeight(min(tiling.tileHeight, geometry.outputHeight))
            * geometry.patchWidth(min(tiling.tileWidth, geometry.outputWidth))
        let fullTables = format.tables(activations: min(tiling.tileChannels, geometry.channels))
        let slot = try tile.slots.slot(
            .tables, content: content, bytes: fullPixels * fullTables * table, spaces: [.tables], copies: 2)
        let view = ImageView(
            address: tables.address, strides: [tables.imagePitch, tables.rowPitch, tables.pixelPitch, table],
            height: geometry.height, width: geometry.width, elementBytes: table, traffic: .tables)
        var tablePatch = patch
        tablePatch.channel /= format.length
        tablePatch.channels = count
        if !slot.holds { tile.emitter.loadTables(tablePatch, of: view, into: slot.address) }
        var scales: (address: LocalAddress, pitch: Int)?
        let groups = format.scaleGroups(tables: count)
        if groups > 0, let address = tables.scales {
            let bytes = fullPixels * format.scaleGroups(tables: fullTables) * 4
            let place = try tile.slots.slot(.tableScales, content: content, bytes: bytes, spaces: [.tables], copies: 2)
            scales = (place.address, groups * 4)
            if !place.holds {
                let first = address + step.rows.x * tables.scalePitch
                    + format.scaleGroups(tables: patch.channel / format.length) * 4
                tile.emitter.emit(.load(Transfer(
                    global: first, local: place.address, rowBytes: groups * 4,
                    loops: [.init(count: step.rows.width, globalStride: tables.scalePitch, localStride: groups * 4)],
                    traffic: .scales)))
            }
        }
        return LoadedActivations(
            address: slot.address, pixelPitch: count * table, linePitch: patch.columns * count * table, unfolded: false,
            scales: scales)
    }

    mutating func loadActivationScales(_ step: Step) throws(DoesNotFit) -> (address: LocalAddress, pitch: Int)? {
        guard let scales = source.activationScales else { return nil }
        let first = step.channel / scales.group
        let count = ceilDivide(step.channels, scales.group)
        let width = ceilDivide(min(tiling.tileChannels, geometry.channels), scales.group)
        let box = Box(
            start: [step.rows.image, step.rows.y, step.rows.x, first],
            count: [1, step.rows.height, step.rows.width, count])
        let bytes = tiling.tileHeight * tiling.tileWidth * width * 4
        let slot = try tile.slots.slot(
            .operand("activation scales"), content: box.start + box.count, bytes: bytes, spaces: [.activations], copies: 2)
        if !slot.holds { _ = tile.emitter.load(scales.view, box: box, into: slot.address) }
        return (slot.address, count * 4)
    }
}

extension Emitter {
    /// Tables of a patch; outside the image the activations are zero and so are their tables.
    mutating func loadTables(_ patch: Patch, of view: ImageView, into address: LocalAddress) {
        var bytes = view
        bytes.elementBytes = 1
        bytes.strides[3] = 1
        var patchBytes = patch
        patchBytes.channel *= view.elementBytes
        patchBytes.channels *= view.elementBytes
        load(patchBytes, of: bytes, into: address, padding: 0)
    }
}
