import Diagnostics
import Formats

/// What a tensor of a model has become while its graph is made.
struct Value: Sendable {
    enum Content: Sendable {
        /// Computed when the graph runs.
        case edge(Edge)
        case constant(ConstantTensor)
        /// Constant codes that stand for numbers.
        case quantised(QuantisedConstant)
        /// Few whole numbers, which may be sizes that are not known yet.
        case sizes([Size])
    }

    /// As ONNX has it.
    var shape: [Size]
    var content: Content

    init(_ shape: [Size], _ content: Content) {
        self.shape = shape
        self.content = content
    }

    init(_ constant: ConstantTensor) { self.init(constant.shape.map { Size($0) }, .constant(constant)) }

    init(sizes: [Size]) { self.init([Size(sizes.count)], .sizes(sizes)) }

    var edge: Edge? { if case .edge(let edge) = content { edge } else { nil } }

    /// A tensor that is known, sizes with their values.
    var constant: ConstantTensor? {
        switch content {
        case .constant(let tensor): tensor
        case .sizes(let sizes): sizes.numbers.flatMap { numbers in shape.numbers.map { ConstantTensor($0, numbers) } }
        case .quantised(let codes): codes.numbers
        case .edge: nil
        }
    }
}

/// A tensor of the graph, and how ONNX's tensor lies in it.
struct Edge: Sendable {
    enum Numbers: Hashable, Sendable {
        case floats
        /// int32 that count themselves: tokens, masks, integer sums.
        case whole
        /// Codes of one scale; ONNX's tensor is the codes, or the numbers that they stand for.
        case codes(CodeFormat, isReal: Bool)
        /// int32 sums that stand for numbers.
        case sums
    }

    var tensor: String
    var numbers: Numbers
    /// Axis i of the graph's tensor is axis `order[i]` of `inner`.
    var order: [Int]
    /// Shape before a reshape that is put off until the plain order is asked for; `nil` when it is ONNX's shape.
    var inner: [Size]?

    init(_ tensor: String, _ numbers: Numbers, rank: Int) {
        self.init(tensor, numbers, order: Array(0..<rank))
    }

    init(_ tensor: String, _ numbers: Numbers, order: [Int], inner: [Size]? = nil) {
        self.tensor = tensor
        self.numbers = numbers
        self.order = order
        self.inner = inner
    }

    var isPlain: Bool { inner == nil && order == Array(order.indices) }
    /// The tensor itself holds what ONNX's does.
    var isRaw: Bool {
        switch numbers {
        case .codes(_, let isReal): !isReal
        case .floats, .whole: true
        case .sums: false
        }
    }
}

/// Codes of a tensor with one scale and zero point.
struct CodeFormat: Hashable, Sendable {
    var codec: Codec
    /// `nil` for plain integers.
    var scale: Float?
    var zero: Int

    var json: JSONValue {
        let scale: [(String, JSONValue)] = scale.map { [("scale", .float($0))] } ?? []
        let zero: [(String, JSONValue)] = zero == 0 ? [] : [("zero", .integer(zero))]
        return .object(JSONObject([("codec", .string(codec.name))] + scale + zero))
    }
}

/// Constant codes with scales: one, one per index of an axis, or one per block of the last axis.
struct QuantisedConstant: Sendable {
    enum Sharing: Hashable, Sendable {
        case tensor
        case axis(Int)
        case group(Int)
    }

    var codec: Codec
    var codes: ConstantTensor
    var scales: ConstantTensor
    /// `nil` when all are 0.
    var zeros: ConstantTensor?
    var sharing: Sharing
    /// The codes count themselves: the graph's tensor has no scale.
    var isPlain = false

    /// What the codes stand for.
    var numbers: ConstantTensor {
        let (codes, scales, zeros, codec) = (codes, scales, zeros, codec)
        let parameter = parameterIndices
        return ConstantTensor(.float32, codes.shape) { () throws(Diagnostic) in
            let (values, factors) = (try codes.integers(), try scales.floats())
            let offsets = try zeros?.integers()
            let index = parameter()
            let isBipolar = if case .bipolar = codec { true } else { false }
            return .floats(
                values.indices.map { place in
                    let value =
                        isBipolar ? Int(codec.value(ofCode: UInt32(truncatingIfNeeded: values[place]))) : values[place]
                    return Float(value - (offsets?[index(place)] ?? 0)) * factors[index(place)]
                })
        }
    }

    /// Which scale belongs to an element.
    private var parameterIndices: @Sendable () -> (Int) -> Int {
        let (shape, sharing) = (codes.shape, sharing)
        return {
            switch sharing {
            case .tensor: return { _ in 0 }
            case .axis(let axis):
                let (run, count) = (shape[(axis + 1)...].reduce(1, *), shape[axis])
                return { $0 / run % count }
            case .group(let group):
                let last = shape.last ?? 1
                let groups = (last + group - 1) / group
                return { $0 / last * groups + $0 % last / group }
            }
        }
    }

    func transposed(_ permutation: [Int]) -> QuantisedConstant? {
        guard permutation != Array(permutation.indices) else { return self }
        var copy = self
        copy.codes = codes.transposed(permutation)
        switch sharing {
        case .tensor: break
        case .axis(let axis): copy.sharing = .axis(permutation.firstIndex(of: axis) ?? axis)
        case .group: return nil
        }
        return copy
    }
}
