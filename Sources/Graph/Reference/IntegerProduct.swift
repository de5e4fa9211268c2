import Diagnostics

/// Exact products of centred codes: S = sum over k of (a - za)(w - zw), tile by tile on all cores.
struct IntegerProduct<Left: LineSource, Kernel: ExactDot> where Left.Element == Kernel.Element {
    var geometry: ProductGeometry
    var left: Left
    var right: StoredLines<Kernel.Element>
    var segments: Segments

    /// saturate32(S + bias)
    func accumulators(bias: [Int32]?) throws -> [Int32] {
        try run { tile, left, right, output in
            let depth = geometry.depth
            var fits = true
            for (index, column) in tile.columns.enumerated() {
                let offset = Int64(bias?[geometry.channel(task: tile.task, column: column)] ?? 0)
                for (row, line) in tile.lines.enumerated() {
                    let sum = Kernel.dot(left.line(row), right.line(index), count: depth)
                    fits = fits && Int32(exactly: sum) != nil
                    output[geometry.output(task: tile.task, line: line, column: column)] =
                        Int32(clamping: sum &+ offset)
                }
            }
            return fits
        }
    }

    /// Scaled to f32, segment by segment when a scale is grouped along K, plus bias.
    func scaled(_ scales: ScaledSum, bias: [Float]?) throws -> [Float] {
        try run { tile, left, right, output in
            var fits = true
            let ranges = segments.byTask[min(tile.task, segments.byTask.count - 1)]
            for (index, column) in tile.columns.enumerated() {
                let rightLine = geometry.firstRightLine(task: tile.task) + column
                for (row, line) in tile.lines.enumerated() {
                    let leftLine = tile.task * geometry.lines + line
                    var accumulated: Float = 0
                    for (segment, range) in ranges.enumerated() {
                        let sum = Kernel.dot(
                            left.line(row) + range.lowerBound, right.line(index) + range.lowerBound,
                            count: range.count)
                        let exact = Int32(truncatingIfNeeded: sum)
                        fits = fits && Int64(exact) == sum
                        if scales.isGrouped {
                            let factor = scales.segmentScale(segment, leftLine: leftLine, rightLine: rightLine)
                            let term = Float(exact) * factor
                            accumulated += term
                        } else {
                            accumulated = scales.ungrouped(Float(exact), leftLine: leftLine, rightLine: rightLine)
                        }
                    }
                    var result = scales.finished(accumulated, leftLine: leftLine, rightLine: rightLine)
                    if let bias { result += bias[geometry.channel(task: tile.task, column: column)] }
                    output[geometry.output(task: tile.task, line: line, column: column)] = result
                }
            }
            return fits
        }
    }

    /// Runs `body` on every tile; it answers whether all its sums fit int32.
    private func run<Output>(
        _ body: (ProductTile, Lines, Lines, UnsafeMutablePointer<Output>) -> Bool
    ) throws -> [Output] {
        var fits: [Bool] = []
        let results = [Output](unsafeUninitializedCapacity: geometry.outputCount) { buffer, initialised in
            initialised = geometry.outputCount
            guard let output = buffer.baseAddress else { return }
            fits = filledInParallel(count: geometry.tileCount, workPerItem: geometry.tileWork) { range, fits in
                for index in range {
                    let tile = geometry.tile(index)
                    fits[index] = withLines(of: tile) { body(tile, $0, $1, output) }
                }
            }
        }
        guard fits.allSatisfy({ $0 }) else {
            throw Diagnostic("the sum of \(geometry.depth) products does not fit an int32 accumulator")
        }
        return results
    }

    /// Lines of a tile in memory.
    struct Lines {
        var base: UnsafePointer<Kernel.Element>
        var stride: Int

        @inline(__always)
        func line(_ row: Int) -> UnsafePointer<Kernel.Element> { base + row * stride }
    }

    private func withLines(of tile: ProductTile, _ body: (Lines, Lines) -> Bool) -> Bool {
        let first = geometry.firstRightLine(task: tile.task)
        let columns = first + tile.columns.lowerBound..<first + tile.columns.upperBound
        return left.withLines(task: tile.task, tile.lines) { left, leftStride in
            right.withLines(task: 0, columns) { right, rightStride in
                body(Lines(base: left, stride: leftStride), Lines(base: right, stride: rightStride))
            }
        }
    }
}
