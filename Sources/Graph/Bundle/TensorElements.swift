import Formats

/// Elements of a tensor by their flat, row-major index.
extension Tensor {
    /// Elements, by the shape.
    public var count: Int { shape.reduce(1, *) }

    /// The code of an element: the low `codec.bits` bits count. For floats the bit pattern.
    public func code(at index: Int) -> UInt32 {
        switch storage {
        case .int8(let values): UInt32(bitPattern: Int32(values[index]))
        case .uint8(let values): UInt32(values[index])
        case .int16(let values): UInt32(bitPattern: Int32(values[index]))
        case .uint16(let values): UInt32(values[index])
        case .int32(let values): UInt32(bitPattern: values[index])
        case .float32(let values): values[index].bitPattern
        case .float16(let values), .bfloat16(let values): UInt32(values[index])
        case .minifloat(_, let values): UInt32(values[index])
        }
    }

    /// The integer value of an element of an integer codec (`ternary` code 0 is -1).
    public func integerValue(at index: Int, _ codec: Codec) -> Int32 { codec.value(ofCode: code(at: index)) }

    /// The number that an element of a float tensor holds, narrow ones widened exactly. Integer elements give their
    /// stored number.
    public func float(at index: Int) -> Float {
        switch storage {
        case .float32(let values): values[index]
        case .float16(let values): Binary16.widened(values[index])
        case .bfloat16(let values): BFloat16.widened(values[index])
        case .minifloat(let format, let values): format.widened(values[index])
        case .int8, .uint8, .int16, .uint16: Float(Int32(bitPattern: code(at: index)))
        case .int32(let values): Float(values[index])
        }
    }
}
