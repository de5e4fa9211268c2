import Arch

/// Pooling and depthwise convolution on the vector unit: a patch of the image is loaded, then reduced or multiplied tap by tap.
struct WindowCode {
    enum Work {
        case reduce(Reduce.Function, ElementType)
        /// Values w - z, int16 [tap][channel], as an operand of the binding.
        case multiply(weights: BoundOperand)
    }
    let work: Work
    let geometry: ProductGeometry
    let image: ImageView
    let type: ElementType
    let padding: UInt32
    let record: Int
    /// Name of the result among the values of the binding.
    let result: String
    let tiling: BoxTiling
    var tile: TileCode

    private struct Prepared {
        var patch: TileValue
        var weights: TileValue?
        var operands: [TileValue]
    }

    mutating func generate() throws(DoesNotFit) {
        let boxes = tiling.boxes([geometry.batch, geometry.outputHeight, geometry.outputWidth, geometry.groups])
        var next: Prepared?
        for (index, box) in boxes.enumerated() {
            let current: Prepared
            if let next { current = next } else { current = try prepare(box) }
            next = index + 1 < boxes.count ? try prepare(boxes[index + 1]) : nil
            tile.emitter.node = record
            let value = try compute(box, current)
            try tile.run(box, operands: current.operands, made: (result, value))
            try tile.store(box)
        }
    }

    private mutating func prepare(_ box: Box) throws(DoesNotFit) -> Prepared {
        tile.emitter.node = record
        let patch = Patch(
            image: box.start[0], row: box.start[1] * geometry.stride[0] - geometry.padding[0],
            column: box.start[2] * geometry.stride[1] - geometry.padding[1], rows: geometry.patchHeight(box.count[1]),
            columns: geometry.patchWidth(box.count[2]), channel: box.start[3], channels: box.count[3])
        let full = geometry.patchHeight(tiling.tile[1]) * geometry.patchWidth(tiling.tile[2]) * tiling.tile[3]
        let content = [patch.image, patch.row, patch.column, patch.channel]
        let slot = try tile.slots.slot(
            .activations, content: content, bytes: full * image.elementBytes,
            spaces: [.activations, .accumulators, .weights, .tables], copies: 2)
        if !slot.holds { tile.emitter.load(patch, of: image, into: slot.address, padding: padding) }
        let pixel = patch.channels * image.elementBytes
        let value = TileValue(
            address: slot.address, strides: [0, patch.columns * pixel, pixel, image.elementBytes], type: type)
        var weights: TileValue?
        if case .multiply(let operand) = work {
            let taps = geometry.kernelHeight * geometry.kernelWidth
            let part = Box(start: [0, 0, 0, box.start[3]], count: [1, 1, taps, box.count[3]])
            weights = try tile.load(operand, role: .weights, box: part)
        }
        return Prepared(patch: value, weights: weights, operands: try tile.loadOperands(box))
    }

    private mutating func compute(_ box: Box, _ prepared: Prepared) throws(DoesNotFit) -> TileValue {
        let resultType: ElementType
        switch work {
        case .reduce(_, let type): resultType = type
        case .multiply: resultType = .int32
        }
        let bytes = tiling.tile.dropFirst().reduce(resultType.bytes, *)
        let slot = try tile.slots.slot(
            .accumulators, content: box.start, bytes: bytes, spaces: [.accumulators, .activations, .weights, .tables], copies: 2)
        let strides = zip(TensorView.denseStrides(box.count, resultType.bytes), box.count).map { $1 == 1 ? 0 : $0 }
        let value = TileValue(address: slot.address, strides: strides, type: resultType)
        let patch = prepared.patch
        let steps = [patch.strides[1] * geometry.stride[0], patch.strides[2] * geometry.stride[1]]
        switch work {
        case .reduce(let function, _):
            var window = patch
            window.strides = [0, steps[0], steps[1], patch.strides[3]]
            tile.emitter.reduce(
                function, value, window, counts: box.count,
                inner: [
                    (geometry.kernelHeight, patch.strides[1] * geometry.dilation[0]),
                    (geometry.kernelWidth, patch.strides[2] * geometry.dilation[1]),
                ])
        case .multiply:
            guard let weights = prepared.weights else { break }
            multiply(box, value, patch, weights, steps: steps)
        }
        return value
    }

    private mutating func multiply(_ box: Box, _ value: TileValue, _ patch: TileValue, _ weights: TileValue, steps: [Int]) {
        for ky in 0..<geometry.kernelHeight {
            for kx in 0..<geometry.kernelWidth {
                let tap = ky * geometry.kernelWidth + kx
                var window = patch
                window.address.offset +=
                    ky * geometry.dilation[0] * patch.strides[1] + kx * geometry.dilation[1] * patch.strides[2]
                window.strides = [0, steps[0], steps[1], patch.strides[3]]
                var column = weights
                column.address.offset += tap * weights.strides[2]
                column.strides = [0, 0, 0, weights.strides[3]]
                tile.emitter.elementwise(
                    tap == 0 ? .multiplyInteger : .multiplyAccumulate, value, window, .tile(column), counts: box.count)
            }
        }
    }
}
