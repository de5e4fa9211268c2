import Arch
import Formats

/// Reads and writes of single elements; addresses need no alignment.
extension UnsafeRawPointer {
    @inline(__always)
    func element<T: BitwiseCopyable>(_ type: T.Type) -> T { loadUnaligned(as: type) }

    /// An integer element as int32.
    func integer(_ type: ElementType) -> Int32 {
        switch type {
        case .int8: Int32(element(Int8.self))
        case .uint8: Int32(element(UInt8.self))
        case .int16: Int32(element(Int16.self))
        case .uint16: Int32(element(UInt16.self))
        case .int32: element(Int32.self)
        case .float32, .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .flint4,
            .uflint4: 0
        }
    }

    /// A float element as f32.
    func float(_ type: ElementType) -> Float {
        guard type != .float32, let codec = type.floatCodec else { return Float(bitPattern: element(UInt32.self)) }
        return codec.float(ofCode: type.bytes == 2 ? UInt32(element(UInt16.self)) : UInt32(element(UInt8.self)))
    }
}

extension UnsafeMutableRawPointer {
    /// An integer, saturated to the type.
    func put(_ value: Int32, _ type: ElementType) {
        switch type {
        case .int8: storeBytes(of: Int8(clamping: value), as: Int8.self)
        case .uint8: storeBytes(of: UInt8(clamping: value), as: UInt8.self)
        case .int16: storeBytes(of: Int16(clamping: value), as: Int16.self)
        case .uint16: storeBytes(of: UInt16(clamping: value), as: UInt16.self)
        case .int32, .float32, .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .flint4,
            .uflint4:
            storeBytes(of: value, as: Int32.self)
        }
    }

    /// An f32, rounded to the type; a NaN in its one pattern.
    func put(_ value: Float, _ type: ElementType) {
        guard type != .float32, let codec = type.floatCodec else { return put(value) }
        let code = codec.code(ofFloat: value)
        if type.bytes == 2 {
            storeBytes(of: UInt16(truncatingIfNeeded: code), as: UInt16.self)
        } else {
            storeBytes(of: UInt8(truncatingIfNeeded: code), as: UInt8.self)
        }
    }

    /// An f32, a NaN in its one pattern.
    func put(_ value: Float) { storeBytes(of: Elementary.canonical(value), as: Float.self) }
}
