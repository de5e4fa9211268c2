import Formats
import Graph

/// Operands: tensors that are there already, or new inputs and constants.
extension RandomGraph {
    static let sizes = [1, 1, 2, 3, 4, 5, 7, 8, 12, 13, 16, 17, 31, 32, 33, 63, 64, 65, 127, 129, 257]

    mutating func size(upTo limit: Int) -> Int { oneOf(Self.sizes.filter { $0 <= max(1, limit) }) }

    mutating func shape(rank: ClosedRange<Int>) -> [Int] {
        var shape: [Int] = []
        for _ in 0..<number(rank) { shape.append(size(upTo: Self.elementLimit / max(1, shape.reduce(2, *)))) }
        return shape.shuffled(using: &random)
    }

    /// [B, H, W, C]
    mutating func imageShape() -> [Int] {
        let (height, width) = (oneOf([1, 2, 3, 5, 6, 7, 8, 9, 11]), oneOf([1, 2, 3, 4, 5, 7, 8, 10]))
        let batch = oneOf([1, 1, 1, 2, 3])
        return [batch, height, width, size(upTo: Self.elementLimit / (batch * height * width))]
    }

    /// A tensor that exists, the latest likeliest, or `nil` when none fits or a new one is wanted.
    mutating func existing(where fits: (TensorType) -> Bool) -> String? {
        guard !chance(1, 6) else { return nil }
        let named = graph.inputs + graph.nodes.flatMap(\.outputs)
        let fitting = named.filter { graph.types[$0].map(fits) ?? false }
        guard !fitting.isEmpty else { return nil }
        if chance(2, 3) { return fitting[fitting.count - 1] }
        return fitting.randomElement(using: &random)
    }

    mutating func float(_ shape: [Int]) -> String {
        let type = TensorType(shape: shape, encoding: chance(1, 8) ? TensorEncoding(codec: .float16) : .float32)
        return chance(1, 5) ? constant(type) : input(type)
    }

    mutating func floatOperand(rank: ClosedRange<Int> = 1...5) -> String {
        existing { $0.encoding.codec == .float32 && rank.contains($0.shape.count) } ?? float(shape(rank: rank))
    }

    /// Codes that an engine takes as activations.
    mutating func activations(symmetric: Bool = false) -> TensorEncoding {
        if isWild, chance(1, 3) { return TensorEncoding(codec: oneOf(Self.anyCodec)) }
        let codecs: [Codec] = [.int8, .int8, .uint8, .uint8, .signed(bits: 4), .unsigned(bits: 4), .signed(bits: 7)]
        let scales: [Float] = [0.1, 0.05, 0.0078125, 1.5]
        let codec = oneOf(codecs)
        var encoding = TensorEncoding(codec: codec, scale: .uniform(oneOf(scales)))
        if !symmetric, chance(1, 2), let range = codec.range { encoding.zeroPoint = .uniform(number(range)) }
        return encoding
    }

    mutating func codesOperand(rank: ClosedRange<Int>, symmetric: Bool = false) -> String {
        existing {
            $0.encoding.codec.isInteger && $0.encoding.codec != .int32 && rank.contains($0.shape.count)
                && (!symmetric || $0.encoding.zeroPoint == .uniform(0))
        } ?? input(TensorType(shape: shape(rank: rank), encoding: activations(symmetric: symmetric)))
    }

    /// The left operand of a product: codes, or a float where the graph has them.
    mutating func productOperand(rank: ClosedRange<Int>, symmetric: Bool = false) -> String {
        guard hasFloats, chance(1, 2) else { return codesOperand(rank: rank, symmetric: symmetric) }
        return existing { $0.encoding.codec.isFloat && $0.encoding.isDeclarable && rank.contains($0.shape.count) }
            ?? input(TensorType(shape: shape(rank: rank), encoding: narrowFloat()))
    }

    /// A float of at most 16 bits, now and then f32; minifloats with or without a scale.
    mutating func narrowFloat(atRunTime: Bool = false) -> TensorEncoding {
        let runTime: [Codec] = [.float16, .float16, .bfloat16, .minifloat(.e4m3), .minifloat(.e5m2)]
        let others: [Codec] = [.minifloat(.e2m1), .minifloat(.e2m3), .minifloat(.e3m2), .float32]
        let codec = oneOf(atRunTime ? runTime : runTime + others)
        guard case .minifloat = codec, chance(1, 2) else { return TensorEncoding(codec: codec) }
        return TensorEncoding(codec: codec, scale: .uniform(oneOf([0.3, 0.5, 2])))
    }

    /// A weight for this left operand: codes, or floats where that is a float.
    mutating func productWeight(_ shape: [Int], for x: String, groups: Bool) -> String {
        guard graph.types[x]?.encoding.codec.isFloat == true, chance(1, 2) else { return weight(shape, groups: groups) }
        var encoding = narrowFloat()
        if case .minifloat = encoding.codec, groups, chance(1, 3) { encoding.scale = scale(.group(size: oneOf([8, 12, 16, 32])), shape) }
        return constant(TensorType(shape: shape, encoding: encoding))
    }

    mutating func imageOperand(where fits: (TensorType) -> Bool, encoding: TensorEncoding) -> String {
        existing { $0.shape.count == 4 && $0.shape[1] * $0.shape[2] <= 200 && fits($0) }
            ?? input(TensorType(shape: imageShape(), encoding: encoding))
    }

    /// Any kind of number, for operations that only move it.
    mutating func anyOperand(rank: ClosedRange<Int>) -> String {
        if let name = existing(where: { rank.contains($0.shape.count) }) { return name }
        let shape = shape(rank: rank)
        switch number(0...3) {
        case 0: return input(TensorType(shape: shape, encoding: .int32))
        case 1: return float(shape)
        default: return input(TensorType(shape: shape, encoding: activations()))
        }
    }

    /// Most operations refuse pairs before any engine sees them.
    private static let anyCodec = Codec.all.filter { $0.pairs == nil }

    /// A weight of `shape` [N, ...K]: any codec of the engines, scales and zero points by tensor, column or group.
    mutating func weight(_ shape: [Int], groups: Bool, scaled: Bool = true) -> String {
        let codecs: [Codec] = [
            .signed(bits: 2), .signed(bits: 3), .signed(bits: 4), .int8, .unsigned(bits: 1), .unsigned(bits: 2),
            .unsigned(bits: 3), .unsigned(bits: 4), .uint8, .bipolar(bits: 1), .bipolar(bits: 2), .bipolar(bits: 3),
            .bipolar(bits: 4), .ternary, .signed(bits: 5), .signed(bits: 6), .signed(bits: 7), .unsigned(bits: 5),
            .unsigned(bits: 6), .unsigned(bits: 7), .bipolar(bits: 5), .bipolar(bits: 6), .bipolar(bits: 7),
            .bipolar(bits: 8),
        ]
        var encoding = TensorEncoding(codec: isWild && chance(1, 4) ? oneOf(Self.anyCodec) : oneOf(codecs))
        guard encoding.codec.isInteger, encoding.codec != .int32 else {
            return constant(TensorType(shape: shape, encoding: encoding))
        }
        var granularity = oneOf([Granularity.tensor, .axis(0), .axis(0)])
        // One in four weights leaves most of its values out.
        let isBipolar = if case .bipolar = encoding.codec { true } else { false }
        if chance(1, 4), !isBipolar { encoding.structure = .nOfM(oneOf(NOfM.all)) }
        // Half of those in the same places of neighbouring columns.
        if let pattern = encoding.structure.pattern, shape.count != 3, chance(1, 2) {
            encoding.structure = .sharedNOfM(pattern, columns: oneOf([8, 16, 64, 128]))
        }
        if groups, chance(1, 2) { granularity = .group(size: oneOf([4, 8, 16, 32, 64, isWild ? 3 : 12])) }
        // Groups hold whole blocks, or else the tensor has one scale.
        if let pattern = encoding.structure.pattern, case .group(let size) = granularity, !size.isMultiple(of: pattern.m) {
            granularity = size.isMultiple(of: 4) ? .group(size: size / 4 * pattern.m) : .tensor
        }
        encoding.scale = scaled ? scale(granularity, shape) : .none
        if case .bipolar = encoding.codec, !isWild { return constant(TensorType(shape: shape, encoding: encoding)) }
        if chance(1, 2) { encoding.zeroPoint = zeroPoint(encoding.codec, granularity, shape) }
        return constant(TensorType(shape: shape, encoding: encoding))
    }

    mutating func scale(_ granularity: Granularity, _ shape: [Int]) -> Scale {
        if granularity == .tensor, chance(1, 2) { return .uniform(oneOf([Float(0.03125), 0.02, 1])) }
        let type = TensorType(
            shape: Self.parameterShape(granularity, shape),
            encoding: chance(1, 4) ? TensorEncoding(codec: .float16) : .float32)
        return .tensor(constant(type), granularity)
    }

    private mutating func zeroPoint(_ codec: Codec, _ granularity: Granularity, _ shape: [Int]) -> ZeroPoint {
        guard let range = codec.range else { return .uniform(0) }
        if chance(1, 2) { return .uniform(number(range)) }
        var stored = codec
        if case .bipolar = codec { stored = .int8 }
        let type = TensorType(shape: Self.parameterShape(granularity, shape), encoding: TensorEncoding(codec: stored))
        return .tensor(zeroConstant(type), granularity)
    }

    /// Zero points are shared among weights only: other uses of a constant would draw values outside the codec.
    private mutating func zeroConstant(_ type: TensorType) -> String {
        let named = graph.constants.filter { $0.hasPrefix("z") && graph.types[$0] == type }
        if chance(1, 2), let same = named.first { return same }
        let name = freshName("z")
        graph.constants.append(name)
        graph.types[name] = type
        return name
    }

    static func parameterShape(_ granularity: Granularity, _ shape: [Int]) -> [Int] {
        switch granularity {
        case .tensor: [1]
        case .axis(let axis): [shape[axis]]
        case .group(let size): shape.dropLast() + [(shape[shape.count - 1] + size - 1) / size]
        }
    }
}

extension TensorEncoding {
    /// Can be written down for an input or a state: no factors of a product, no tensor made at run time.
    var isDeclarable: Bool {
        switch scale {
        case .none, .uniform: true
        case .tensor, .product: false
        }
    }
}
