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
        case .float16(let values): UInt32(values[index])
        }
    }

    /// The integer value of an element of an integer codec (`ternary` code 0 is -1).
    public func integerValue(at index: Int, _ codec: Codec) -> Int32 { codec.value(ofCode: code(at: index)) }

    /// The number that an element of a float tensor holds, f16 widened exactly. Integer elements give their
    /// stored number.
    public func float(at index: Int) -> Float {
        switch storage {
        case .float32(let values): values[index]
        case .float16(let values): Self.widened(values[index])
        case .int8, .uint8, .int16, .uint16: Float(Int32(bitPattern: code(at: index)))
        case .int32(let values): Float(values[index])
        }
    }

    /// binary16 to binary32, exact: a shift for normal numbers, a multiplication by 2^-24 for subnormal ones.
    static func widened(_ bits: UInt16) -> Float {
        let sign = UInt32(bits >> 15) << 31
        let exponent = UInt32(bits >> 10) & 31
        let fraction = UInt32(bits) & 0x3FF
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            return Float(bitPattern: magnitude.bitPattern | sign)
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
