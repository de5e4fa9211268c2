import Formats

/// The order in which a float product is summed: K is cut into segments of one scale, a segment into blocks of the
/// contract's lanes. A block never reaches from one tap of a window to the next, nor from one segment to the next.
struct FloatSumOrder {
    /// For each task and segment the blocks in ascending order.
    private var blocksByTask: [[[Range<Int>]]]
    let contract: DotContract

    /// `run`: consecutive k of one tap (all of K where there is no window).
    init(segments: Segments, run: Int, contract: DotContract) {
        self.contract = contract
        blocksByTask = segments.byTask.map { $0.map { Self.blocks(of: $0, run: max(1, run), lanes: contract.lanes) } }
    }

    private static func blocks(of segment: Range<Int>, run: Int, lanes: Int) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var start = segment.lowerBound
        while start < segment.upperBound {
            let end = min(segment.upperBound, start + lanes, (start / run + 1) * run)
            blocks.append(start..<end)
            start = end
        }
        return blocks
    }

    func segments(task: Int) -> [[Range<Int>]] { blocksByTask[min(task, blocksByTask.count - 1)] }
}

/// Products with a float operand, after `DotContract`: every segment is a sum of pairwise trees, scaled as the exact sum of
/// codes would be. Vectorised over columns, never over k.
struct FloatProduct<Left: LineSource> where Left.Element == Float {
    var geometry: ProductGeometry
    var left: Left
    /// For each task of the right operand a depth x columns matrix: k by k, so that columns are consecutive.
    var right: [Float]
    var order: FloatSumOrder
    var scales: ScaledSum

    /// The scaled sums plus bias.
    func results(bias: [Float]?) -> [Float] {
        [Float](unsafeUninitializedCapacity: geometry.outputCount) { buffer, initialised in
            initialised = geometry.outputCount
            guard let output = buffer.baseAddress else { return }
            inParallel(count: geometry.tileCount, workPerItem: geometry.tileWork) { range in
                for index in range { multiply(geometry.tile(index), bias: bias, output) }
            }
        }
    }

    private func multiply(_ tile: ProductTile, bias: [Float]?, _ output: UnsafeMutablePointer<Float>) {
        let width = tile.columns.count
        withUnsafeTemporaryAllocation(of: Float.self, capacity: (order.contract.lanes + 1) * width) { scratch in
            guard let scratch = scratch.baseAddress else { return }
            left.withLines(task: tile.task, tile.lines) { lines, stride in
                for (row, line) in tile.lines.enumerated() {
                    let results = output + geometry.output(task: tile.task, line: line, column: tile.columns.lowerBound)
                    results.initialize(repeating: 0, count: width)
                    sum(lines + row * stride, line, tile, scratch, results)
                    guard let bias else { continue }
                    for column in 0..<width {
                        results[column] += bias[geometry.channel(task: tile.task, column: tile.columns.lowerBound + column)]
                    }
                }
            }
        }
    }

    /// Segment by segment; `scratch` holds the sums of a segment and the slots of a tree for every column.
    private func sum(
        _ line: UnsafePointer<Float>, _ number: Int, _ tile: ProductTile, _ scratch: UnsafeMutablePointer<Float>,
        _ results: UnsafeMutablePointer<Float>
    ) {
        let width = tile.columns.count
        let leftLine = tile.task * geometry.lines + number
        let firstRight = geometry.firstRightLine(task: tile.task) + tile.columns.lowerBound
        for (segment, blocks) in order.segments(task: tile.task).enumerated() {
            scratch.update(repeating: 0, count: width)
            for block in blocks { addTree(line, block, tile, slots: scratch + width, to: scratch) }
            for column in 0..<width {
                if scales.isGrouped {
                    let factor = scales.segmentScale(segment, leftLine: leftLine, rightLine: firstRight + column)
                    let term = scratch[column] * factor
                    results[column] += term
                } else {
                    results[column] = scales.ungrouped(
                        scratch[column], leftLine: leftLine, rightLine: firstRight + column)
                }
            }
        }
        for column in 0..<width {
            results[column] = scales.finished(results[column], leftLine: leftLine, rightLine: firstRight + column)
        }
    }

    private func addTree(
        _ line: UnsafePointer<Float>, _ block: Range<Int>, _ tile: ProductTile, slots: UnsafeMutablePointer<Float>,
        to sums: UnsafeMutablePointer<Float>
    ) {
        let width = tile.columns.count
        let first = geometry.firstRightLine(task: tile.task) * geometry.depth + tile.columns.lowerBound
        right.withUnsafeBufferPointer { right in
            guard let matrix = right.baseAddress else { return }
            for (slot, k) in block.enumerated() {
                let row = matrix + first + k * geometry.columns
                let products = slots + slot * width
                for column in 0..<width { products[column] = line[k] * row[column] }
                switch order.contract.products {
                case .single: break
                case .half: for column in 0..<width { products[column] = HalfProduct.rounded(products[column]) }
                case .halfTerms:
                    for column in 0..<width { products[column] = HalfProduct.sumOfTerms(line[k], row[column]) }
                }
            }
        }
        var count = order.contract.lanes
        (slots + block.count * width).update(repeating: 0, count: (count - block.count) * width)
        while count > 1 {
            count /= 2
            for slot in 0..<count {
                let (sum, a, b) = (slots + slot * width, slots + 2 * slot * width, slots + (2 * slot + 1) * width)
                for column in 0..<width { sum[column] = a[column] + b[column] }
            }
        }
        for column in 0..<width { sums[column] += slots[column] }
    }

    /// Lines of K elements each, rearranged k by k within every task.
    static func byDepth(_ lines: [Float], columns: Int, depth: Int) -> [Float] {
        guard columns > 0, depth > 0 else { return [] }
        return lines.indices.map { place in
            let task = place / (columns * depth)
            let k = place / columns % depth
            return lines[(task * columns + place % columns) * depth + k]
        }
    }
}
