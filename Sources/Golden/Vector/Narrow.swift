import Arch
import Formats

/// From a block of f32 or int32 to elements in memory at a byte stride.
enum Narrow {
    /// Integers saturate to the type.
    static func integers(
        _ block: UnsafePointer<Int32>, _ count: Int, _ type: ElementType, _ out: UnsafeMutableRawPointer, _ stride: Int
    ) {
        switch type {
        case .int8: map(block, count, out, stride) { Int8(truncatingIfNeeded: Scalar.clamp($0, -128, 127)) }
        case .uint8: map(block, count, out, stride) { UInt8(truncatingIfNeeded: Scalar.clamp($0, 0, 255)) }
        case .int16: map(block, count, out, stride) { Int16(truncatingIfNeeded: Scalar.clamp($0, -32768, 32767)) }
        case .uint16: map(block, count, out, stride) { UInt16(truncatingIfNeeded: Scalar.clamp($0, 0, 65535)) }
        case .int32, .float32, .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .flint4,
            .uflint4:
            map(block, count, out, stride) { $0 }
        }
    }

    /// f32 rounded to the type, a NaN in its one pattern.
    static func floats(
        _ block: UnsafePointer<Float>, _ count: Int, _ type: ElementType, _ out: UnsafeMutableRawPointer, _ stride: Int
    ) {
        switch type {
        case .float16: map(block, count, out, stride) { Binary16.narrowed($0) }
        case .bfloat16: map(block, count, out, stride) { BFloat16.narrowed($0) }
        case .float8e4m3: map(block, count, out, stride) { Minifloat.e4m3.narrowed($0) }
        case .float8e5m2: map(block, count, out, stride) { Minifloat.e5m2.narrowed($0) }
        case .float6e2m3: map(block, count, out, stride) { Minifloat.e2m3.narrowed($0) }
        case .float6e3m2: map(block, count, out, stride) { Minifloat.e3m2.narrowed($0) }
        case .float4e2m1: map(block, count, out, stride) { Minifloat.e2m1.narrowed($0) }
        case .flint4: map(block, count, out, stride) { FlintCodec.signed.nearestCode($0) }
        case .uflint4: map(block, count, out, stride) { FlintCodec.unsigned.nearestCode($0) }
        case .float32, .int8, .uint8, .int16, .uint16, .int32:
            map(block, count, out, stride) { Elementary.canonical($0) }
        }
    }

    @inline(__always)
    private static func map<Wide, T: BitwiseCopyable>(
        _ block: UnsafePointer<Wide>, _ count: Int, _ out: UnsafeMutableRawPointer, _ stride: Int, _ narrow: (Wide) -> T
    ) {
        let size = MemoryLayout<T>.size
        if stride == size {
            for i in 0..<count { out.storeBytes(of: narrow(block[i]), toByteOffset: i &* size, as: T.self) }
        } else {
            for i in 0..<count { out.storeBytes(of: narrow(block[i]), toByteOffset: i &* stride, as: T.self) }
        }
    }
}
