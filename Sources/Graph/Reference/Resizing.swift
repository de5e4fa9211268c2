import Diagnostics
import Formats

extension NodeEvaluation {
    func resize(_ resize: Resize) throws -> Tensor {
        let x = try input(0)
        try require(
            x.shape.count == 4 && x.shape[1] > 0 && x.shape[2] > 0 && resize.size.count == 2
                && resize.size.allSatisfy { $0 >= 0 && $0 < 1 << 22 }, "size",
            "\(resize.size) does not fit an image of shape \(x.shape)")
        let rows = resize.coordinates.sources(from: x.shape[1], to: resize.size[0])
        let columns = resize.coordinates.sources(from: x.shape[2], to: resize.size[1])
        let shape = [x.shape[0], resize.size[0], resize.size[1], x.last]
        switch resize.mode {
        case .nearest:
            let rule = resize.coordinates
            let starts = (0..<shape[0]).flatMap { batch in
                rows.flatMap { row in
                    columns.map { column in
                        let (y, x0) = (row.nearest(rule), column.nearest(rule))
                        return ((batch * x.shape[1] + y) * x.shape[2] + x0) * x.last
                    }
                }
            }
            let movement = RunMovement(starts: starts, run: x.last)
            return Tensor(shape: shape, storage: try movement([x.tensor.storage]))
        case .bilinear: return .canonical(shape: shape, try bilinear(x, rows, columns))
        }
    }

    /// Horizontally first: h = f32(a * (1 - wx)) + f32(b * wx), top and bottom, then vertically alike.
    private func bilinear(
        _ x: TypedTensor, _ rows: [SourceCoordinate], _ columns: [SourceCoordinate]
    ) throws -> [Float] {
        let values = try x.floats()
        let (height, width, channels) = (x.shape[1], x.shape[2], x.last)
        var results: [Float] = []
        results.reserveCapacity(x.shape[0] * rows.count * columns.count * channels)
        for batch in 0..<x.shape[0] {
            for row in rows {
                for column in columns {
                    for channel in 0..<channels {
                        func pixel(_ y: Int, _ x: Int) -> Float {
                            values[((batch * height + y) * width + x) * channels + channel]
                        }
                        let top = mix(pixel(row.low, column.low), pixel(row.low, column.high), column.fraction)
                        let bottom = mix(pixel(row.high, column.low), pixel(row.high, column.high), column.fraction)
                        results.append(mix(top, bottom, row.fraction))
                    }
                }
            }
        }
        return results
    }

    private func mix(_ a: Float, _ b: Float, _ weight: Float) -> Float {
        let first = a * (1 - weight)
        let second = b * weight
        return first + second
    }
}

/// A coordinate in the source image as the exact fraction numerator / denominator, clamped to 0...size - 1.
struct SourceCoordinate {
    var numerator: Int
    var denominator: Int
    var size: Int

    init(numerator: Int, denominator: Int, size: Int) {
        self.numerator = max(0, min(numerator, (size - 1) * denominator))
        self.denominator = denominator
        self.size = size
    }

    var low: Int { numerator / denominator }
    var high: Int { min(low + 1, size - 1) }
    /// f32 of the exact fraction: both integers are below 2^24, so one division rounds once.
    var fraction: Float { Float(numerator % denominator) / Float(denominator) }

    /// half_pixel and align_corners round half down; asymmetric floors.
    func nearest(_ coordinates: Resize.Coordinates) -> Int {
        switch coordinates {
        case .asymmetric: low
        case .halfPixel, .alignCorners: numerator % denominator * 2 > denominator ? high : low
        }
    }
}

extension Resize.Coordinates {
    /// The source coordinate of every output index, as ONNX `Resize` defines it.
    func sources(from size: Int, to count: Int) -> [SourceCoordinate] {
        (0..<count).map { index in
            switch self {
            case .halfPixel:
                // (index + 1/2) * size / count - 1/2
                SourceCoordinate(numerator: (2 * index + 1) * size - count, denominator: 2 * count, size: size)
            case .asymmetric: SourceCoordinate(numerator: index * size, denominator: count, size: size)
            case .alignCorners:
                SourceCoordinate(numerator: index * (size - 1), denominator: max(1, count - 1), size: size)
            }
        }
    }
}
