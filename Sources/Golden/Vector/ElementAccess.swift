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
        case .float32, .float16: 0
        }
    }

    /// A float element as f32.
    func float(_ type: ElementType) -> Float {
        type == .float16 ? Binary16.widened(element(UInt16.self)) : Float(bitPattern: element(UInt32.self))
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
        case .int32, .float32, .float16: storeBytes(of: value, as: Int32.self)
        }
    }

    /// An f32, a NaN in its one pattern.
    func put(_ value: Float) { storeBytes(of: Elementary.canonical(value), as: Float.self) }
}
