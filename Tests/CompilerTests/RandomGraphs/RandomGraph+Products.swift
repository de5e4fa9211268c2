import Formats
import Graph

extension RandomGraph {
    private mutating func output() -> ProductOutput { oneOf([.float32, .accumulator]) }

    /// A bias of the right kind, or none.
    private mutating func bias(_ size: Int, _ output: ProductOutput) -> [String] {
        guard chance(1, 2) else { return [] }
        let encoding: TensorEncoding =
            switch output {
            case .accumulator: .int32
            case .float: chance(1, 6) ? TensorEncoding(codec: .float16) : .float32
            }
        return [constant(TensorType(shape: [size], encoding: encoding))]
    }

    mutating func growLinear() {
        let x = productOperand(rank: 1...4)
        guard let type = graph.types[x], let depth = type.shape.last else { return }
        let rows = type.count / depth
        let columns = size(upTo: min(Self.elementLimit / rows, Self.macLimit / type.count))
        let w = productWeight([columns, depth], for: x, groups: true)
        for output in [output(), .float32]
        where apply(.linear(output: output), [x, w] + bias(columns, output)) != nil { return }
    }

    /// [leading..., M, K] by [leading..., K, N] or [leading..., N, K]; b may have fewer matrices.
    mutating func growMatmul() {
        let a = productOperand(rank: 2...4, symmetric: !isWild)
        guard let type = graph.types[a] else { return }
        let depth = type.shape[type.shape.count - 1]
        let transposed = chance(1, 2)
        let columns = size(upTo: min(40, Self.macLimit / type.count))
        let matrices = type.shape.dropLast(2).reduce(1, *)
        let kept = oneOf((1...matrices).filter { matrices % $0 == 0 })
        let leading = kept == matrices ? Array(type.shape.dropLast(2)) : chance(1, 2) && kept == 1 ? [] : [kept]
        let shape = leading + (transposed ? [columns, depth] : [depth, columns])
        let found = existing { $0.shape == shape && $0.encoding.codec.range != nil && $0.encoding.codec != .int32 }
        let b: String
        if let found {
            b = found
        } else if chance(1, 5), leading.isEmpty, transposed {
            b = weight(shape, groups: true)
        } else {
            let isFloat = type.encoding.codec.isFloat && chance(3, 4)
            b = input(TensorType(shape: shape, encoding: isFloat ? narrowFloat(atRunTime: true) : activations()))
        }
        for output in [output(), .float32]
        where apply(.matmul(transposeB: transposed, output: output), [a, b]) != nil { return }
    }

    mutating func growConvolution() {
        let isFloat = hasFloats && chance(1, 2)
        let x = imageOperand(
            where: { isFloat ? $0.encoding.codec.isFloat : $0.encoding.codec.range != nil && $0.encoding.codec != .int32 },
            encoding: isFloat ? narrowFloat() : activations())
        guard let type = graph.types[x] else { return }
        let channels = type.shape[3]
        let kernel = [oneOf([1, 1, 2, 3, 3, 5]), oneOf([1, 1, 2, 3, 3, 4])]
        var attributes = Convolution()
        attributes.stride = [oneOf([1, 1, 2, 3]), oneOf([1, 1, 2])]
        attributes.dilation = [oneOf([1, 1, 1, 2]), oneOf([1, 1, 1, 3])]
        if chance(1, 2) { attributes.padding = (0..<4).map { _ in number(0...3) } }
        let divisors = (1...channels).filter { channels % $0 == 0 }
        attributes.groups = oneOf([1, 1, channels, oneOf(divisors)])
        let perGroup = attributes.groups == channels && chance(3, 4) ? 1 : oneOf([1, 2, 3, 8])
        let filters = attributes.groups == 1 ? size(upTo: 70) : attributes.groups * perGroup
        let shape = [filters, kernel[0], kernel[1], channels / attributes.groups]
        guard type.count * kernel[0] * kernel[1] * filters / attributes.groups <= Self.macLimit else { return }
        let w = productWeight(shape, for: x, groups: attributes.groups == 1 && (kernel == [1, 1] || chance(1, 3)))
        for output in [output(), .float32]
        where apply(.conv2d(attributes, output: output), [x, w] + bias(filters, output)) != nil { return }
    }
}
