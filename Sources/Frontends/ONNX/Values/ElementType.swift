import Formats

/// Element types of ONNX tensors by their numbers in `TensorProto.DataType`.
enum ElementType: Int32, Sendable {
    case float32 = 1
    case uint8, int8, uint16, int16, int32, int64, string, bool, float16, float64, uint32, uint64
    case bfloat16 = 16
    case float8e4m3 = 17
    case float8e5m2 = 19
    case uint4 = 21
    case int4 = 22
    case float4e2m1 = 23
    case uint2 = 25
    case int2 = 26

    var name: String { "\(self)" }

    var bits: Int {
        switch self {
        case .uint2, .int2: 2
        case .uint4, .int4, .float4e2m1: 4
        case .uint8, .int8, .bool, .float8e4m3, .float8e5m2: 8
        case .uint16, .int16, .float16, .bfloat16: 16
        case .float32, .int32, .uint32: 32
        case .int64, .uint64, .float64: 64
        case .string: 0
        }
    }

    var isFloat: Bool {
        switch self {
        case .float32, .float16, .float64, .bfloat16, .float8e4m3, .float8e5m2, .float4e2m1: true
        default: false
        }
    }

    /// Whole numbers of at most 16 bits, which stand for codes.
    var codes: Codec? {
        switch self {
        case .uint2: .unsigned(bits: 2)
        case .int2: .signed(bits: 2)
        case .uint4: .unsigned(bits: 4)
        case .int4: .signed(bits: 4)
        case .uint8: .unsigned(bits: 8)
        case .int8: .signed(bits: 8)
        case .uint16: .unsigned(bits: 16)
        case .int16: .signed(bits: 16)
        default: nil
        }
    }

    /// The narrow float formats that a graph has too.
    var minifloat: Codec? {
        switch self {
        case .float8e4m3: .minifloat(.e4m3)
        case .float8e5m2: .minifloat(.e5m2)
        case .float4e2m1: .minifloat(.e2m1)
        default: nil
        }
    }
}
