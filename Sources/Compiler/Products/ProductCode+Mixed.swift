import Arch
import Formats

/// Tiles of mixed blocks: how many bytes a tile takes depends on where it lies.
extension ProductCode {
    /// Column blocks and blocks of K of a tile.
    private struct MixedTile {
        var columnBlocks: Range<Int>
        var depthBlocks: Range<Int>
        var stripes: Range<Int>
    }

    private func mixedTile(_ columns: ColumnTile, channel: Int, channels: Int, _ mixed: MixedImage) -> MixedTile {
        let side = MixedBlocks.side
        let first = columns.start / engine.columnBlock
        // Windows of several taps are not cut along K.
        let depth = channels == source.geometry.channels
            ? 0..<mixed.depthBlocks : channel / side..<ceilDivide(channel + channels, side)
        return MixedTile(
            columnBlocks: first..<first + ceilDivide(columns.count, engine.columnBlock), depthBlocks: depth,
            stripes: columns.start / side..<ceilDivide(columns.start + columns.count, side))
    }

    /// Kept rows of the fullest tile.
    private func mostRows(_ mixed: MixedImage, _ layout: MixedLayout) -> Int {
        let g = source.geometry
        var most = 0
        for start in stride(from: 0, to: g.columns, by: tiling.tileColumns) {
            let columns = ColumnTile(group: 0, start: start, count: min(tiling.tileColumns, g.columns - start))
            for channel in stride(from: 0, to: g.channels, by: tiling.tileChannels) {
                let channels = min(tiling.tileChannels, g.channels - channel)
                let tile = mixedTile(columns, channel: channel, channels: channels, mixed)
                most = max(most, tile.columnBlocks.reduce(0) { $0 + layout.rows(of: tile.depthBlocks, columnBlock: $1) })
            }
        }
        return most
    }

    mutating func loadMixed(
        _ image: WeightImage, _ mixed: MixedImage, _ step: Step, content: [Int]
    ) throws(DoesNotFit) -> (weights: LocalAddress, structure: Multiply.Structure) {
        let layout = mixed.layout(columnBlock: engine.columnBlock)
        let tile = mixedTile(step.columns, channel: step.channel, channels: step.channels, mixed)
        let full = mostRows(mixed, layout)
        let weights = try rows(
            .weights, at: image.weights, rowBytes: MixedLayout.rowBytes(weightBits: image.bits), full: full, .weights, tile,
            layout, content)
        let positions = try rows(
            .positions, at: mixed.positions, rowBytes: MixedLayout.positionRowBytes, full: full, .metadata, tile, layout, content)
        let blocks = try blockCounts(mixed, tile, layout, content)
        let counts = mixed.counts(stripes: tile.stripes, depthBlocks: tile.depthBlocks)
        return (weights, .mixed(MixedBlocks(counts: counts, positions: positions.offset, blocks: blocks.offset)))
    }

    /// Whole column blocks lie one after the other; of parts of K each is loaded by itself.
    private mutating func rows(
        _ role: Role, at address: GlobalAddress, rowBytes: Int, full: Int, _ traffic: Traffic, _ tile: MixedTile,
        _ layout: MixedLayout, _ content: [Int]
    ) throws(DoesNotFit) -> LocalAddress {
        let slot = try self.tile.slots.slot(
            role, content: content, bytes: max(1, full * rowBytes), spaces: [.weights], copies: tiling.weightCopies)
        if slot.holds { return slot.address }
        let isWhole = tile.depthBlocks.count == layout.depthBlocks
        let parts = isWhole ? [tile.columnBlocks] : tile.columnBlocks.map { $0..<$0 + 1 }
        var local = slot.address
        for part in parts {
            let first = layout.start(columnBlock: part.lowerBound, depthBlock: tile.depthBlocks.lowerBound)
            let rows = part.reduce(0) { $0 + layout.rows(of: tile.depthBlocks, columnBlock: $1) }
            guard rows > 0 else { continue }
            self.tile.emitter.emit(.load(Transfer(
                global: address + first * rowBytes, local: local, rowBytes: rows * rowBytes, loops: [], traffic: traffic)))
            local.offset += rows * rowBytes
        }
        return slot.address
    }

    private mutating func blockCounts(
        _ mixed: MixedImage, _ tile: MixedTile, _ layout: MixedLayout, _ content: [Int]
    ) throws(DoesNotFit) -> LocalAddress {
        let lanes = layout.stripesPerBlock
        let most = ceilDivide(min(tiling.tileColumns, source.geometry.columns), engine.columnBlock) * layout.countBytes
        let slot = try self.tile.slots.slot(
            .blockCounts, content: content, bytes: most, spaces: [.weights], copies: tiling.weightCopies)
        let bytes = tile.depthBlocks.count * lanes
        if !slot.holds {
            let first = tile.columnBlocks.lowerBound * layout.countBytes + tile.depthBlocks.lowerBound * lanes
            self.tile.emitter.emit(.load(Transfer(
                global: mixed.blocks + first, local: slot.address, rowBytes: bytes,
                loops: tile.columnBlocks.count == 1
                    ? [] : [.init(count: tile.columnBlocks.count, globalStride: layout.countBytes, localStride: bytes)],
                traffic: .metadata)))
        }
        return slot.address
    }
}

extension MixedLayout {
    /// Kept rows of some blocks of K of a column block.
    func rows(of depthBlocks: Range<Int>, columnBlock: Int) -> Int {
        start(columnBlock: columnBlock, depthBlock: depthBlocks.upperBound)
            - start(columnBlock: columnBlock, depthBlock: depthBlocks.lowerBound)
    }
}
