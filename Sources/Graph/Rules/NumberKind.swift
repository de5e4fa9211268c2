import Formats

/// The kinds of numbers that operations tell apart.
enum NumberKind: Hashable, Sendable {
    /// f32, or a narrower float without a scale, which is widened exactly before any arithmetic.
    case float
    /// Minifloats with a scale: what they stand for is not what they hold.
    case scaledFloat
    /// int32: exact sums, biases, indices.
    case int32
    /// Codes of any narrower integer codec.
    case codes
    /// Slots of outlier-victim pairs, which have values in pairs only.
    case pairs
    /// Codes of whole numbers with gaps, whose order is not that of their values.
    case flint

    var name: String {
        switch self {
        case .float: "f32"
        case .scaledFloat: "scaled floats"
        case .int32: "int32"
        case .codes: "codes"
        case .pairs: "outlier-victim pairs"
        case .flint: "flint codes"
        }
    }
}

extension TensorEncoding {
    var kind: NumberKind {
        switch codec {
        case .float32, .float16, .bfloat16: .float
        case .minifloat: scale == .none ? .float : .scaledFloat
        case .int32: .int32
        case .signed, .unsigned, .bipolar, .ternary: .codes
        case .outlierVictim: .pairs
        case .flint: .flint
        }
    }

    /// Whole numbers, alone or in pairs, so that a product of two sums exactly.
    var isQuantised: Bool { kind == .codes || kind == .pairs || kind == .flint }

    /// One scale and one zero point for all elements, so elements may move freely.
    var isWholeTensor: Bool { scale.isWholeTensor && zeroPoint.granularity == .tensor }

    /// As `isWholeTensor`, but one per index of `axis` is fine too.
    func isShared(exceptAlong axis: Int) -> Bool {
        scale.isShared(exceptAlong: axis)
            && (zeroPoint.granularity == .tensor || zeroPoint.granularity == .axis(axis))
    }

    /// The zero point, when it is one number known from the graph alone.
    var uniformZero: Int? { if case .uniform(let zero) = zeroPoint { zero } else { nil } }

    /// No scale and no zero point: the values count themselves.
    var isPlain: Bool { scale == .none && zeroPoint == .uniform(0) }
}

extension Scale {
    var isWholeTensor: Bool {
        switch self {
        case .none, .uniform, .tensor(_, .tensor): true
        case .tensor(_, .axis), .tensor(_, .group): false
        case .product(let row, let column): row.isWholeTensor && column.isWholeTensor
        }
    }

    func isShared(exceptAlong axis: Int) -> Bool {
        if case .tensor(_, .axis(axis)) = self { true } else { isWholeTensor }
    }

    /// The granularity of a scale that is one tensor; a number counts as one for the whole tensor.
    var granularity: Granularity { if case .tensor(_, let granularity) = self { granularity } else { .tensor } }

    /// Names of the tensors that hold scales.
    public var tensors: [String] {
        switch self {
        case .none, .uniform: []
        case .tensor(let name, _): [name]
        case .product(let row, let column): row.tensors + column.tensors
        }
    }
}

extension ZeroPoint {
    var granularity: Granularity { if case .tensor(_, let granularity) = self { granularity } else { .tensor } }
}

extension Granularity {
    /// Whether the parameter changes inside the last axis of a tensor of this shape. One group in all is not grouped.
    func isGrouped(last: Int) -> Bool { if case .group(let size) = self { size < last } else { false } }

    /// Shape of the parameter tensor for a tensor of `shape`; `nil` when the granularity does not fit the shape.
    func parameterShape(for shape: [Int]) -> [Int]? {
        switch self {
        case .tensor: return [1]
        case .axis(let axis): return shape.indices.contains(axis) ? [shape[axis]] : nil
        case .group(let size):
            guard let last = shape.last, size > 0 else { return nil }
            return shape.dropLast() + [(last - 1) / size + 1]
        }
    }
}

extension TensorType {
    /// `[1, 28, 28] int8`, for messages.
    var text: String { "\(shape) \(encoding.codec.name)" }
}
