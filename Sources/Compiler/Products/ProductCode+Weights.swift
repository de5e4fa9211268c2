import Arch

/// A tile of weights in the weight scratchpad.
struct LoadedWeights {
    var address: LocalAddress
    var bits: Int
    var codes: Multiply.Codes
    var zero: Multiply.Zero
    var scales: Multiply.WeightScales?
}

extension ProductCode {
    mutating func loadWeights(_ step: Step) throws(DoesNotFit) -> LoadedWeights {
        switch source.weights {
        case .image(let image): try load(image, step)
        case .runtime(let weights): try load(weights, step)
        }
    }

    /// Bytes of one column block for `channels` of every run.
    private func blockBytes(_ channels: Int, bits: Int) -> Int {
        let layout = source.layout
        let run = layout.unfolds ? layout.paddedRun : roundUp(channels, to: engine.depthBlock)
        return engine.weightBytes(depth: layout.runs * run, weightBits: bits)
    }

    private mutating func load(_ image: WeightImage, _ step: Step) throws(DoesNotFit) -> LoadedWeights {
        let block = engine.columnBlock
        let firstBlock = step.columns.start / block
        let blocks = ceilDivide(step.columns.count, block)
        let fullBlocks = ceilDivide(min(tiling.tileColumns, source.geometry.columns), block)
        let local = blockBytes(step.channels, bits: image.bits)
        let full = blockBytes(min(tiling.tileChannels, source.geometry.channels), bits: image.bits)
        let content = [step.columns.group, firstBlock, blocks, step.channel, step.channels]
        let slot = try tile.slots.slot(
            .weights, content: content, bytes: fullBlocks * full, spaces: [.weights], copies: tiling.weightCopies)
        let group = step.columns.group * image.blocks + firstBlock
        if !slot.holds {
            tile.emitter.emit(.load(weightTransfer(image, step, firstBlock: group, blocks: blocks, local: slot.address, blockBytes: local)))
        }
        let first = step.channel / image.groupSize
        let groups = image.groupCount == 1 ? 1 : ceilDivide(step.channels, image.groupSize)
        let fullGroups = image.groupCount == 1
            ? 1 : ceilDivide(min(tiling.tileChannels, source.geometry.channels), image.groupSize)
        var loaded = LoadedWeights(
            address: slot.address, bits: image.bits, codes: image.codes, zero: image.zero)
        if let scales = image.scales {
            let place = try parameters(
                .scales, at: scales.address, itemBytes: scales.format.bytes, traffic: .scales, content: content,
                block: (group, blocks, fullBlocks), groups: (first, groups, fullGroups, image.groupCount))
            loaded.scales = .init(group: image.groupSize, format: scales.format, offset: place.offset)
        }
        if let zeros = image.zeros {
            let place = try parameters(
                .zeros, at: zeros, itemBytes: 2, traffic: .metadata, content: content,
                block: (group, blocks, fullBlocks), groups: (image.groupCount == 1 ? 0 : first, groups, fullGroups, image.groupCount))
            loaded.zero = .table(offset: place.offset)
        }
        return loaded
    }

    private func weightTransfer(
        _ image: WeightImage, _ step: Step, firstBlock: Int, blocks: Int, local: LocalAddress, blockBytes: Int
    ) -> Transfer {
        let layout = source.layout
        let dram = image.weights + firstBlock * image.blockBytes
        if step.channels == source.geometry.channels {
            return Transfer(
                dram: dram, local: local, rowBytes: blockBytes,
                loops: blocks == 1 ? [] : [.init(count: blocks, dramStride: image.blockBytes, localStride: blockBytes)],
                traffic: .weights)
        }
        let run = engine.weightBytes(depth: roundUp(step.channels, to: engine.depthBlock), weightBits: image.bits)
        let pitch = engine.weightBytes(depth: layout.paddedRun, weightBits: image.bits)
        let first = engine.weightBytes(depth: step.channel, weightBits: image.bits)
        return Transfer(
            dram: dram + first, local: local, rowBytes: run,
            loops: [
                .init(count: blocks, dramStride: image.blockBytes, localStride: blockBytes),
                .init(count: layout.runs, dramStride: pitch, localStride: run),
            ], traffic: .weights)
    }

    /// Scales or zero points of the tile: [block][group][column].
    private mutating func parameters(
        _ role: Role, at address: Int, itemBytes: Int, traffic: Traffic, content: [Int],
        block: (first: Int, count: Int, full: Int), groups: (first: Int, count: Int, full: Int, all: Int)
    ) throws(DoesNotFit) -> LocalAddress {
        let row = engine.columnBlock * itemBytes
        let slot = try tile.slots.slot(
            role, content: content, bytes: block.full * groups.full * row, spaces: [.weights], copies: tiling.weightCopies)
        if !slot.holds {
            tile.emitter.emit(.load(Transfer(
                dram: address + (block.first * groups.all + groups.first) * row, local: slot.address,
                rowBytes: groups.count * row,
                loops: block.count == 1
                    ? [] : [.init(count: block.count, dramStride: groups.all * row, localStride: groups.count * row)],
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
        let fullDepth = min(tiling.tileChannels, source.geometry.channels)
        let content = [matrix, columns.start, columns.count, step.channel, step.channels]
        let slot = try tile.slots.slot(
            .weights, content: content, bytes: fullBlocks * fullDepth * block * weights.type.bytes, spaces: [.weights], copies: tiling.weightCopies)
        let dram =
            weights.address + matrix * weights.batchStride + columns.start * weights.columnStride
            + step.channel * weights.depthStride
        if !slot.holds {
            if weights.columnsAreContiguous {
                loadRows(weights, step, dram: dram, into: slot.address)
            } else {
                try transpose(weights, step, dram: dram, content: content, into: slot.address)
            }
        }
        return LoadedWeights(
            address: slot.address, bits: 8 * weights.type.bytes, codes: weights.codes, zero: .immediate(weights.zero))
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
    private mutating func loadRows(_ weights: RuntimeWeights, _ step: Step, dram: Int, into address: LocalAddress) {
        let bytes = weights.type.bytes
        let block = engine.columnBlock * bytes
        for part in blockParts(step.columns.count) {
            tile.emitter.emit(.load(Transfer(
                dram: dram + part.first * block,
                local: LocalAddress(.weights, address.offset + part.first * block * step.channels),
                rowBytes: part.columns * bytes,
                loops: [
                    .init(count: part.blocks, dramStride: block, localStride: block * step.channels),
                    .init(count: step.channels, dramStride: weights.depthStride, localStride: block),
                ], traffic: weights.traffic)))
        }
    }

    /// Columns are rows in memory: the vector unit lays them out (the engine's `layOut` at run time).
    private mutating func transpose(
        _ weights: RuntimeWeights, _ step: Step, dram: Int, content: [Int], into address: LocalAddress
    ) throws(DoesNotFit) {
        let block = engine.columnBlock
        let (type, bytes) = (weights.type, weights.type.bytes)
        let fullBytes =
            min(tiling.tileColumns, source.geometry.columns) * min(tiling.tileChannels, source.geometry.channels) * bytes
        let raw = try tile.slots.slot(.raw, content: content, bytes: fullBytes, spaces: [.tables, .activations, .accumulators], copies: 1).address
        let view = DomainView(
            address: dram, strides: [weights.columnStride, weights.depthStride], type: type, elementBytes: bytes,
            traffic: weights.traffic)
        let value = tile.emitter.load(
            view, box: Box(start: [0, 0], count: [step.columns.count, step.channels]), into: raw)
        for part in blockParts(step.columns.count) {
            let from = TileValue(
                address: LocalAddress(raw.space, raw.offset + part.first * block * value.strides[0]),
                strides: [block * value.strides[0], value.strides[1], value.strides[0]], type: type)
            let to = TileValue(
                address: LocalAddress(.weights, address.offset + part.first * block * step.channels * bytes),
                strides: [block * step.channels * bytes, block * bytes, bytes], type: type)
            tile.emitter.elementwise(.copy, to, from, counts: [part.blocks, step.channels, part.columns])
        }
    }
}
