import Arch

/// A tile of weights in the weight scratchpad.
struct LoadedWeights {
    var address: LocalAddress
    var bits: Int
    var codes: Multiply.Codes
    var structure = Multiply.Structure.dense
    var zero: Multiply.Zero
    var scales: Multiply.WeightScales?
    /// Whose entries the instruction counts, when `structure` has a list.
    var listed: ListedTile?
}

extension ProductCode {
    mutating func loadWeights(_ step: Step) throws(DoesNotFit) -> LoadedWeights {
        switch source.weights {
        case .image(let image): try load(image, step)
        case .runtime(let weights): try load(weights, step)
        }
    }

    private mutating func load(_ image: WeightImage, _ step: Step) throws(DoesNotFit) -> LoadedWeights {
        let block = engine.columnBlock
        let firstBlock = step.columns.start / block
        let blocks = ceilDivide(step.columns.count, block)
        let fullBlocks = ceilDivide(min(tiling.tileColumns, source.geometry.columns), block)
        let content = [step.columns.group, firstBlock, blocks, step.channel, step.channels]
        let group = step.columns.group * image.blocks + firstBlock
        let tileBlocks = (first: group, count: blocks, full: fullBlocks)
        var loaded = try loadCodes(image, step, content: content, blocks: tileBlocks)
        let first = step.channel / image.groupSize
        let groups = image.groupCount == 1 ? 1 : ceilDivide(step.channels, image.groupSize)
        let fullGroups = image.groupCount == 1
            ? 1 : ceilDivide(min(tiling.tileChannels, source.geometry.channels), image.groupSize)
        if let outliers = image.outliers,
            let list = try loadOutliers(outliers, step, content: content, block: group, blocks: fullBlocks)
        {
            loaded.structure = .outliers(list)
            loaded.listed = listed(outliers, step, block: group)
        }
        if let centroids = image.centroids {
            loaded.zero = .centroids(offset: try load(centroids, bits: image.bits))
        }
        if let scales = image.scales {
            let place = try parameters(
                .scales, at: scales.address, itemBytes: scales.format.bytes, traffic: .scales, content: content,
                block: tileBlocks, groups: (first, groups, fullGroups, image.groupCount))
            loaded.scales = .init(
                group: source.layout.walked(image.groupSize), format: scales.format, offset: place.offset, scalesWeights: image.scalesWeights)
        }
        if let zeros = image.zeros {
            let place = try parameters(
                .zeros, at: zeros, itemBytes: 2, traffic: .scales, content: content,
                block: tileBlocks, groups: (image.groupCount == 1 ? 0 : first, groups, fullGroups, image.groupCount))
            loaded.zero = .table(offset: place.offset)
        }
        return loaded
    }

    /// The codes of a tile, and which k they belong to.
    private mutating func loadCodes(
        _ image: WeightImage, _ step: Step, content: [Int], blocks: (first: Int, count: Int, full: Int)
    ) throws(DoesNotFit) -> LoadedWeights {
        if let mixed = image.mixed {
            let (address, structure) = try loadMixed(image, mixed, step, content: content)
            return LoadedWeights(
                address: address, bits: image.bits, codes: image.codes, structure: structure, zero: image.zero)
        }
        let weights = try rows(
            .weights, of: StoredRows(
                address: image.weights, blockBytes: image.blockBytes, traffic: .weights,
                bytes: { [engine] in engine.weightBytes(depth: $0, weightBits: image.bits) }), step, content: content,
            blocks: blocks)
        var loaded = LoadedWeights(address: weights, bits: image.bits, codes: image.codes, zero: image.zero)
        if let positions = image.positions {
            let place = try rows(
                .positions, of: StoredRows(
                    address: positions.address, blockBytes: positions.blockBytes, traffic: .metadata,
                    bytes: positions.layout.bytes(kept:)), step, content: content, blocks: blocks)
            loaded.structure = .nOfM(positions.layout.pattern, positions: place.offset)
        }
        return loaded
    }

    /// The numbers of a dictionary, which every tile of the weight shares.
    private mutating func load(_ centroids: GlobalAddress, bits: Int) throws(DoesNotFit) -> Int {
        let slot = try tile.slots.slot(.centroids, content: [0], bytes: 2 << bits, spaces: [.weights], copies: 1)
        if !slot.holds {
            tile.emitter.emit(.load(Transfer(
                global: centroids, local: slot.address, rowBytes: 2 << bits, traffic: .metadata)))
        }
        return slot.address.offset
    }

    /// What is stored for every stored weight of a column block: the weights themselves, or their positions.
    private struct StoredRows {
        var address: GlobalAddress
        /// Bytes of one column block over all of K.
        var blockBytes: Int
        var traffic: Traffic
        /// Bytes of one column block over so many stored weights of each column.
        var bytes: (Int) -> Int
    }

    /// The rows of a tile in the weight scratchpad, loaded unless they are there.
    private mutating func rows(
        _ role: Role, of stored: StoredRows, _ step: Step, content: [Int], blocks: (first: Int, count: Int, full: Int)
    ) throws(DoesNotFit) -> LocalAddress {
        let local = stored.bytes(source.layout.storedDepth(channels: step.channels))
        let channels = min(tiling.tileChannels, source.geometry.channels)
        let full = stored.bytes(source.layout.storedDepth(channels: channels))
        let slot = try tile.slots.slot(
            role, content: content, bytes: blocks.full * full, spaces: [.weights], copies: tiling.weightCopies)
        if !slot.holds {
            tile.emitter.emit(.load(transfer(stored, step, blocks: blocks, local: slot.address, blockBytes: local)))
        }
        return slot.address
    }

    private func transfer(
        _ stored: StoredRows, _ step: Step, blocks: (first: Int, count: Int, full: Int), local: LocalAddress,
        blockBytes: Int
    ) -> Transfer {
        let layout = source.layout
        let first = stored.address + blocks.first * stored.blockBytes
        if step.channels == source.geometry.channels {
            return Transfer(
                global: first, local: local, rowBytes: blockBytes,
                loops: blocks.count == 1
                    ? [] : [.init(count: blocks.count, globalStride: stored.blockBytes, localStride: blockBytes)],
                traffic: stored.traffic)
        }
        let run = stored.bytes(layout.stored(step.channels))
        let pitch = stored.bytes(layout.stored(layout.run))
        let skipped = stored.bytes(layout.stored(step.channel))
        return Transfer(
            global: first + skipped, local: local, rowBytes: run,
            loops: [
                .init(count: blocks.count, globalStride: stored.blockBytes, localStride: blockBytes),
                .init(count: layout.runs, globalStride: pitch, localStride: run),
            ], traffic: stored.traffic)
    }

    /// Scales or zero points of the tile: [block][group][column].
    private mutating func parameters(
        _ role: Role, at address: GlobalAddress, itemBytes: Int, traffic: Traffic, content: [Int],
        block: (first: Int, count: Int, full: Int), groups: (first: Int, count: Int, full: Int, all: Int)
    ) throws(DoesNotFit) -> LocalAddress {
        let row = engine.columnBlock * itemBytes
        let slot = try tile.slots.slot(
            role, content: content, bytes: block.full * groups.full * row, spaces: [.weights], copies: tiling.weightCopies)
        if !slot.holds {
            tile.emitter.emit(.load(Transfer(
                global: address + (block.first * groups.all + groups.first) * row, local: slot.address,
                rowBytes: groups.count * row,
                loops: block.count == 1
                    ? [] : [.init(count: block.count, globalStride: groups.all * row, localStride: groups.count * row)],
                traffic: traffic)))
        }
        return slot.address
    }

    // MARK: - Run-time operands

    private mutating func load(_ weights: RuntimeWeights, _ step: Step) throws(DoesNotFit) -> LoadedWeights {
        let block = engine.columnBlock
        let matrix = step.rows.image / weights.sharing
        let columns = step.columns
        let fullBlocks = ceilDivide(min(tiling.tileColumns, source.geometry.columns), block)
        let depth = step.channels / weights.slots
        let fullDepth = min(tiling.tileChannels, source.geometry.channels) / weights.slots
        let content = [matrix, columns.start, columns.count, step.channel, step.channels]
        let slot = try tile.slots.slot(
            .weights, content: content, bytes: fullBlocks * fullDepth * block * weights.type.bytes, spaces: [.weights], copies: tiling.weightCopies)
        let first =
            weights.address + matrix * weights.batchStride + columns.start * weights.columnStride
            + step.channel / weights.slots * weights.depthStride
        if !slot.holds {
            if weights.columnsAreContiguous {
                loadRows(weights, step, depth: depth, from: first, into: slot.address)
            } else {
                try transpose(weights, step, depth: depth, from: first, content: content, into: slot.address)
            }
        }
        return LoadedWeights(
            address: slot.address, bits: weights.bits, codes: weights.codes, zero: .immediate(weights.zero))
    }

    /// Whole blocks, then the columns of a last, smaller one.
    private func blockParts(_ count: Int) -> [(first: Int, blocks: Int, columns: Int)] {
        let block = engine.columnBlock
        var parts: [(Int, Int, Int)] = []
        if count >= block { parts.append((0, count / block, block)) }
        if !count.isMultiple(of: block) { parts.append((count / block, 1, count % block)) }
        return parts
    }

    /// Rows of k come as the engine wants them: one load per kind of block.
    /// - Parameter depth: elements along K.
    private mutating func loadRows(
        _ weights: RuntimeWeights, _ step: Step, depth: Int, from first: GlobalAddress, into address: LocalAddress
    ) {
        let bytes = weights.type.bytes
        let block = engine.columnBlock * bytes
        for part in blockParts(step.columns.count) {
            tile.emitter.emit(.load(Transfer(
                global: first + part.first * block,
                local: LocalAddress(.weights, address.offset + part.first * block * depth),
                rowBytes: part.columns * bytes,
                loops: [
                    .init(count: part.blocks, globalStride: block, localStride: block * depth),
                    .init(count: depth, globalStride: weights.depthStride, localStride: block),
                ], traffic: weights.traffic)))
        }
    }

    /// Columns are rows in memory: the vector unit lays them out (the engine's `layOut` at run time).
    private mutating func transpose(
        _ weights: RuntimeWeights, _ step: Step, depth: Int, from first: GlobalAddress, content: [Int], into address: LocalAddress
    ) throws(DoesNotFit) {
        let block = engine.columnBlock
        let (type, bytes) = (weights.type, weights.type.bytes)
        let fullBytes =
            min(tiling.tileColumns, source.geometry.columns) * min(tiling.tileChannels, source.geometry.channels) / weights.slots * bytes
        let raw = try tile.slots.slot(.raw, content: content, bytes: fullBytes, spaces: [.tables, .activations, .accumulators], copies: 1).address
        let view = DomainView(
            address: first, strides: [weights.columnStride, weights.depthStride], type: type, elementBytes: bytes,
            traffic: weights.traffic)
        let value = tile.emitter.load(
            view, box: Box(start: [0, 0], count: [step.columns.count, depth]), into: raw)
        for part in blockParts(step.columns.count) {
            let from = TileValue(
                address: LocalAddress(raw.space, raw.offset + part.first * block * value.strides[0]),
                strides: [block * value.strides[0], value.strides[1], value.strides[0]], type: type)
            let to = TileValue(
                address: LocalAddress(.weights, address.offset + part.first * block * depth * bytes),
                strides: [block * depth * bytes, block * bytes, bytes], type: type)
            tile.emitter.elementwise(.copy, to, from, counts: [part.blocks, depth, part.columns])
        }
    }
}
