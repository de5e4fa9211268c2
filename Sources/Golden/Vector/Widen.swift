import Arch
import Formats

/// From elements in memory, at a byte stride, to a block of f32 or int32.
enum Widen {
    static func integers(
        _ type: ElementType, _ source: UnsafeRawPointer, _ stride: Int, _ count: Int, _ out: UnsafeMutablePointer<Int32>
    ) {
        switch type {
        case .int8: map(Int8.self, source, stride, count, out) { Int32($0) }
        case .uint8: map(UInt8.self, source, stride, count, out) { Int32($0) }
        case .int16: map(Int16.self, source, stride, count, out) { Int32($0) }
        case .uint16: map(UInt16.self, source, stride, count, out) { Int32($0) }
        case .int32, .float32, .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .flint4,
            .uflint4:
            map(Int32.self, source, stride, count, out) { $0 }
        }
    }

    static func floats(
        _ type: ElementType, _ source: UnsafeRawPointer, _ stride: Int, _ count: Int, _ out: UnsafeMutablePointer<Float>
    ) {
        switch type {
        case .float16: map(UInt16.self, source, stride, count, out) { half($0) }
        case .bfloat16: map(UInt16.self, source, stride, count, out) { Float(bitPattern: UInt32($0) &<< 16) }
        case .float8e4m3: map(UInt8.self, source, stride, count, out) { Minifloat.e4m3.widened($0) }
        case .float8e5m2: map(UInt8.self, source, stride, count, out) { Minifloat.e5m2.widened($0) }
        case .float6e2m3: map(UInt8.self, source, stride, count, out) { Minifloat.e2m3.widened($0) }
        case .float6e3m2: map(UInt8.self, source, stride, count, out) { Minifloat.e3m2.widened($0) }
        case .float4e2m1: map(UInt8.self, source, stride, count, out) { Minifloat.e2m1.widened($0) }
        case .flint4: map(UInt8.self, source, stride, count, out) { Float(FlintCodec.signed.value($0)) }
        case .uflint4: map(UInt8.self, source, stride, count, out) { Float(FlintCodec.unsigned.value($0)) }
        case .float32, .int8, .uint8, .int16, .uint16, .int32: map(Float.self, source, stride, count, out) { $0 }
        }
    }

    /// Exact: the exponent is rebiased by a multiplication, which also normalises subnormals; infinities and NaN keep
    /// theirs.
    @inline(__always)
    static func half(_ pattern: UInt16) -> Float {
        let magnitude = UInt32(pattern & 0x7FFF) &<< 13
        let sign = UInt32(pattern & 0x8000) &<< 16
        let finite = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
        let special = magnitude | 0x7F80_0000
        return Float(bitPattern: (magnitude >= 0x0F80_0000 ? special : finite) | sign)
    }

    @inline(__always)
    private static func map<T: BitwiseCopyable, Wide>(
        _ type: T.Type, _ source: UnsafeRawPointer, _ stride: Int, _ count: Int, _ out: UnsafeMutablePointer<Wide>,
        _ widen: (T) -> Wide
    ) {
        let size = MemoryLayout<T>.size
        if stride == size {
            for i in 0..<count { out[i] = widen(source.loadUnaligned(fromByteOffset: i &* size, as: T.self)) }
        } else if stride == 0 {
            let value = widen(source.loadUnaligned(as: T.self))
            for i in 0..<count { out[i] = value }
        } else {
            for i in 0..<count { out[i] = widen(source.loadUnaligned(fromByteOffset: i &* stride, as: T.self)) }
        }
    }
}
