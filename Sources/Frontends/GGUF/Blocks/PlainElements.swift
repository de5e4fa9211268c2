import Formats

/// Elements without scales. Whole numbers and binary64 become the nearest binary32 number.
enum PlainElements {
    static func f32(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        y[0] = Float(bitPattern: block.word32(0))
    }

    static func f16(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) { y[0] = block.half(0) }

    static func bf16(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        y[0] = Float(bitPattern: UInt32(block.word16(0)) << 16)
    }

    static func f64(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        y[0] = Float(Double(bitPattern: word64(block)))
    }

    static func i8(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) { y[0] = Float(block.signed(0)) }

    static func i16(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        y[0] = Float(Int16(truncatingIfNeeded: block.word16(0)))
    }

    static func i32(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        y[0] = Float(Int32(bitPattern: block.word32(0)))
    }

    static func i64(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        y[0] = Float(Int64(bitPattern: word64(block)))
    }

    private static func word64(_ block: QuantisedBlock) -> UInt64 {
        UInt64(block.word32(0)) | UInt64(block.word32(4)) << 32
    }
}
