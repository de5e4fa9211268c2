/// Products of f32 tensors: acc = +0; for ascending k: acc = f32(acc + f32(a * b)).
/// Vectorised over columns, never over k.
struct FloatProduct<Left: LineSource> where Left.Element == Float {
    var geometry: ProductGeometry
    var left: Left
    /// For each task of the right operand a depth x columns matrix: k by k, so that columns are consecutive.
    var right: [Float]

    /// The sums plus bias.
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
        left.withLines(task: tile.task, tile.lines) { lines, stride in
            for (row, line) in tile.lines.enumerated() {
                let place = geometry.output(task: tile.task, line: line, column: tile.columns.lowerBound)
                let sums = output + place
                sums.initialize(repeating: 0, count: width)
                accumulate(lines + row * stride, tile, sums)
                guard let bias else { continue }
                for column in 0..<width {
                    sums[column] += bias[geometry.channel(task: tile.task, column: tile.columns.lowerBound + column)]
                }
            }
        }
    }

    private func accumulate(_ line: UnsafePointer<Float>, _ tile: ProductTile, _ sums: UnsafeMutablePointer<Float>) {
        let width = tile.columns.count
        let first = geometry.firstRightLine(task: tile.task) * geometry.depth + tile.columns.lowerBound
        right.withUnsafeBufferPointer { right in
            // Empty only when depth is 0: then there is nothing to add.
            guard let matrix = right.baseAddress else { return }
            for k in 0..<geometry.depth {
                let factor = line[k]
                let row = matrix + first + k * geometry.columns
                for column in 0..<width {
                    let product = factor * row[column]
                    sums[column] += product
                }
            }
        }
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
