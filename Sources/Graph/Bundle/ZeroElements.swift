import Diagnostics
import Formats

/// What a tensor stores where its number is zero: the code of its zero point, or 0 for floats.
struct ZeroElements: Sendable {
    private let elements: SharedParameter<Int32>

    /// - Parameter zeros: the tensor of zero points and its codec, when the encoding names one.
    init(of type: TensorType, zeros: (tensor: Tensor, codec: Codec)?) {
        let codec = type.encoding.codec
        switch type.encoding.zeroPoint {
        case .uniform(let zero): elements = SharedParameter(one: codec.element(ofValue: zero))
        case .tensor(_, let granularity):
            let values = zeros.map { zeros in
                (0..<zeros.tensor.count).map { Int(zeros.tensor.integerValue(at: $0, zeros.codec)) }
            }
            elements = SharedParameter(
                values: (values ?? [0]).map(codec.element(ofValue:)), granularity: granularity, shape: type.shape)
        }
    }

    /// The element that stands for zero at a flat, row-major index.
    subscript(index: Int) -> Int32 { elements[element: index] }

    func isZero(_ tensor: Tensor, at index: Int) -> Bool {
        switch tensor.storage {
        case .float32, .float16, .bfloat16, .minifloat: tensor.float(at: index) == 0
        case .int8, .uint8, .int16, .uint16, .int32: Int32(bitPattern: tensor.code(at: index)) == self[index]
        }
    }
}

extension Codec {
    /// How `Tensor.Storage` holds an integer value: two's complement as the value, other codecs as the code.
    fileprivate func element(ofValue value: Int) -> Int32 {
        switch self {
        case .signed, .unsigned: Int32(truncatingIfNeeded: value)
        case .ternary, .bipolar, .flint: code(ofValue: value).map(Int32.init) ?? 0
        case .float32, .float16, .bfloat16, .minifloat, .outlierVictim: 0
        }
    }
}

extension Bundle {
    /// - Parameter types: types of the graph's constants, of which the zero points' is looked up.
    func zeroElements(of type: TensorType, types: [String: TensorType]) throws(Diagnostic) -> ZeroElements {
        guard case .tensor(let name, _) = type.encoding.zeroPoint else { return ZeroElements(of: type, zeros: nil) }
        guard let zeroType = types[name] else { throw Diagnostic(node: name, "has no type") }
        return ZeroElements(
            of: type, zeros: (try tensor(named: name, type: zeroType), zeroType.encoding.codec))
    }
}
