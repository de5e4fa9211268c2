import Arch
import Diagnostics
import Graph

/// Where the list of a weight's outliers lies in DRAM, and which of it belongs to what. Its length depends on the values, so a
/// program for a graph without them has the length that the engine assumes.
struct OutlierImage: Hashable {
    var address: GlobalAddress
    var entryBytes: Int
    /// [group of the convolution and column block][k]: entries in front of k; one more for the end.
    var starts: [Int]
    /// K as laid out, and of one of its runs.
    var depth: Int
    var run: Int
    var isAssumed: Bool

    /// Entries of one block (counted through the groups of a convolution) over the same part of every run; those that
    /// follow one another in one range.
    func entries(block: Int, _ part: Range<Int>) -> [Range<Int>] {
        let row = block * (depth + 1)
        if part.count == run { return [starts[row]..<starts[row + depth]] }
        return stride(from: row, to: row + depth, by: run).map { first in
            starts[first + part.lowerBound]..<starts[first + part.upperBound]
        }
    }

    /// The most entries that a block has over a tile of so many k of every run.
    func greatest(part: Int) -> Int {
        var greatest = 0
        for block in 0..<starts.count / (depth + 1) {
            for k in stride(from: 0, to: run, by: max(part, 1)) {
                let found = entries(block: block, k..<min(run, k + part))
                greatest = max(greatest, found.reduce(0) { $0 + $1.count })
            }
        }
        return greatest
    }
}

/// The list that a tile of weights has.
struct ListedTile {
    let image: OutlierImage
    /// Counted through the groups of a convolution.
    let block: Int
    /// k of every run.
    let part: Range<Int>

    /// Entries of some k of the tile, all of one run.
    func count(_ range: Range<Int>) -> Int {
        guard let first = range.first else { return 0 }
        let (run, place) = first.quotientAndRemainder(dividingBy: part.count)
        let start = block * (image.depth + 1) + run * image.run + part.lowerBound + place
        return image.starts[start + range.count] - image.starts[start]
    }
}

extension Lowering {
    /// Lists the outliers of a constant weight, for an engine that has lists.
    mutating func outliers(
        _ node: Node, geometry: ProductGeometry, layout: DepthLayout, engine: any Engine, blocks: Int
    ) throws -> OutlierImage? {
        let type = type(node.inputs[1])
        let dictionary = type.encoding.dictionary(of: engine)
        let bits = dictionary?.bits ?? type.encoding.codec.bits
        guard let engine = engine as? any OutlierEngine, engine.listsOutliers(weightBits: bits) else { return nil }
        let format = engine.outlierFormat
        guard max(layout.paddedRun, engine.columnBlock) <= min(format.coordinateLimit, Multiply.Outliers.placeLimit),
            layout.runs <= OutlierFormat.runLimit
        else {
            throw failure(
                node, "inputs[1]", "has runs of \(layout.paddedRun) weights in blocks of \(engine.columnBlock) columns, and engine "
                    + "'\(engine.kind)' coordinates of \(format.coordinateBytes) bytes; more expected")
        }
        let lists = try constant.map { constant in
            let codes = WeightCodes(
                tensor: try constant(node.inputs[1]), type: type, zeroCodec: zeroCodec(type.encoding),
                dictionary: dictionary)
            return codes.outliers(geometry: geometry, layout: layout, engine: engine)
        }
        let counts = lists.map { Self.counts($0, layout) }
            ?? Self.assumed(geometry, blocks: blocks, depth: layout.paddedDepth, engine: engine)
        var image = OutlierImage(
            address: GlobalAddress(.dram, 0), entryBytes: format.entryBytes, starts: Self.starts(counts, depth: layout.paddedDepth),
            depth: layout.paddedDepth, run: layout.paddedRun, isAssumed: lists == nil)
        let total = counts.reduce(0, +)
        image.address = try parameter(
            "\(node.inputs[1]) outliers for \(engine.summary) \(layout.runs)x\(layout.paddedRun)",
            shape: [max(1, total * format.entryBytes)], type: .uint8, traffic: .metadata
        ) { _ in
            let bytes = (lists ?? []).flatMap { format.bytes($0) }
            return bytes.isEmpty ? [0] : bytes
        }.address
        return image
    }

    /// [group of the convolution and column block][k]
    private static func counts(_ lists: [[Outlier]], _ layout: DepthLayout) -> [Int] {
        var counts = [Int](repeating: 0, count: lists.count * layout.paddedDepth)
        for (block, list) in lists.enumerated() {
            for outlier in list {
                counts[block * layout.paddedDepth + outlier.run * layout.paddedRun + outlier.place] += 1
            }
        }
        return counts
    }

    /// The same share of every stretch of weights.
    private static func assumed(
        _ geometry: ProductGeometry, blocks: Int, depth: Int, engine: any OutlierEngine
    ) -> [Int] {
        (0..<geometry.groups * blocks).flatMap { place in
            let lanes = min(engine.columnBlock, geometry.columns - place % blocks * engine.columnBlock)
            return (0..<depth).map { k in
                (k + 1) * lanes * engine.assumedOutliers / 1000 - k * lanes * engine.assumedOutliers / 1000
            }
        }
    }

    private static func starts(_ counts: [Int], depth: Int) -> [Int] {
        guard depth > 0 else { return [0] }
        var starts: [Int] = []
        var total = 0
        for first in stride(from: 0, to: counts.count, by: depth) {
            for k in first..<first + depth {
                starts.append(total)
                total += counts[k]
            }
            starts.append(total)
        }
        return starts
    }
}

extension ProductCode {
    /// The weights of a tile, which has one column block.
    func listed(_ image: OutlierImage, _ step: Step, block: Int) -> ListedTile {
        let isPart = step.channels < source.geometry.channels
        return ListedTile(
            image: image, block: block, part: isPart ? step.channel..<step.channel + step.channels : 0..<image.run)
    }

    /// The outliers of a tile in the weight scratchpad; `nil` when it has none.
    mutating func loadOutliers(
        _ image: OutlierImage, _ step: Step, content: [Int], block: Int, blocks: Int
    ) throws(DoesNotFit) -> Multiply.Outliers? {
        // Lanes are told apart in one block only.
        guard blocks == 1 else { throw DoesNotFit(space: .weights, bytes: image.entryBytes) }
        let channels = source.geometry.channels
        let part = listed(image, step, block: block).part
        let bytes = image.entryBytes * image.greatest(
            part: tiling.tileChannels < channels ? tiling.tileChannels : image.run)
        guard bytes > 0 else { return nil }
        let slot = try tile.slots.slot(
            .outliers, content: content, bytes: bytes, spaces: [.weights], copies: tiling.weightCopies)
        var count = 0
        for entries in image.entries(block: block, part) where !entries.isEmpty {
            if !slot.holds {
                tile.emitter.emit(.load(Transfer(
                    global: image.address + entries.lowerBound * image.entryBytes,
                    local: LocalAddress(.weights, slot.address.offset + count * image.entryBytes),
                    rowBytes: entries.count * image.entryBytes, traffic: .metadata)))
            }
            count += entries.count
        }
        guard count > 0 else { return nil }
        return Multiply.Outliers(
            offset: slot.address.offset, count: count, firstPlace: part.lowerBound, isAssumed: image.isAssumed)
    }
}
