import Diagnostics
import Formats

extension NodeEvaluation {
    /// f16 of the real numbers; inside the range the nearest centroid, the lesser of two that are equally near.
    func assignCentroids(within range: ClosedRange<Float>) throws -> Tensor {
        let type = try output()
        guard let dictionary = type.encoding.dictionary else { throw Diagnostic(field: "encoding", "has no dictionary") }
        let numbers = dictionary.numbers
        let patterns = try realValues(try input(0)).map { real -> UInt16 in
            let pattern = Binary16.narrowed(real)
            let x = Binary16.widened(pattern)
            guard range.contains(x) else { return pattern }
            let distances = numbers.map { abs(Double(x) - Double($0)) }
            let nearest = distances.firstIndex(of: distances.min() ?? 0) ?? 0
            return dictionary.centroids[nearest]
        }
        return Tensor(shape: type.shape, storage: .float16(patterns))
    }

    /// The product by the contract `centroids-1024`, plus bias; neither operand has a scale.
    func centroidProduct(_ operands: ProductOperands, pass: Int) throws -> [Float] {
        guard let dictionary = operands.right.type.encoding.dictionary,
            case .float16(let stored) = operands.right.tensor.storage
        else { throw Diagnostic(field: "contract", "sums by centroid, but inputs[1] has no dictionary") }
        let (geometry, depth) = (operands.geometry, operands.geometry.depth)
        let patterns = operands.rightIsByLine
            ? stored : stored.indices.map { stored[operands.rightElement($0 / max(1, depth), $0 % max(1, depth))] }
        let bins = patterns.map { UInt8(dictionary.index(of: $0) ?? dictionary.centroids.count) }
        let left = try operands.left.floats()
        let bias = try operands.bias?.floats()
        let numbers = patterns.map(Binary16.widened)
        if let window = operands.window {
            return CentroidProduct(
                geometry: geometry, left: PatchLines(image: left, window: window), bins: bins, weights: numbers,
                centroids: dictionary.numbers, pass: pass
            ).results(bias: bias)
        }
        return CentroidProduct(
            geometry: geometry, left: StoredLines(elements: left, linesPerTask: geometry.lines, depth: depth), bins: bins,
            weights: numbers, centroids: dictionary.numbers, pass: pass
        ).results(bias: bias)
    }
}

/// Sums by centroid, output by output.
private struct CentroidProduct<Left: LineSource> where Left.Element == Float {
    var geometry: ProductGeometry
    var left: Left
    /// Of every weight, line after line: the index of its centroid; one past the last for outliers.
    var bins: [UInt8]
    var weights: [Float]
    var centroids: [Float]
    /// Consecutive k of a pass.
    var pass: Int

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
        left.withLines(task: tile.task, tile.lines) { lines, stride in
            for (row, line) in tile.lines.enumerated() {
                for column in tile.columns {
                    let sum = sum(lines + row * stride, line: geometry.firstRightLine(task: tile.task) + column)
                    let place = geometry.output(task: tile.task, line: line, column: column)
                    let added = bias.map { $0[geometry.channel(task: tile.task, column: column)] }
                    (output + place).initialize(to: added.map { sum + $0 } ?? sum)
                }
            }
        }
    }

    private func sum(_ activations: UnsafePointer<Float>, line: Int) -> Float {
        var total: Float = 0
        for start in stride(from: 0, to: geometry.depth, by: pass) {
            total += passSum(activations, line: line, start..<min(geometry.depth, start + pass))
        }
        return total
    }

    /// The outliers, then the centroids.
    private func passSum(_ activations: UnsafePointer<Float>, line: Int, _ range: Range<Int>) -> Float {
        let first = line * geometry.depth
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: centroids.count) { sums in
            sums.initialize(repeating: 0)
            var result: Float = 0
            for k in range {
                let bin = Int(bins[first + k])
                if bin < centroids.count {
                    sums[bin] += activations[k]
                } else {
                    let product = activations[k] * weights[first + k]
                    result += product
                }
            }
            for (bin, centroid) in centroids.enumerated() {
                let product = centroid * sums[bin]
                result += product
            }
            return result
        }
    }
}
