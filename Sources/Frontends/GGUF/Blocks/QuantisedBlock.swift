import Formats

/// The bytes of one block, and the fields that blocks are made of (`ggml-common.h`). Whoever makes one has checked that they are
/// there.
struct QuantisedBlock {
    let bytes: UnsafePointer<UInt8>

    subscript(index: Int) -> Int { Int(bytes[index]) }

    func signed(_ index: Int) -> Int { Int(Int8(bitPattern: bytes[index])) }

    func word16(_ index: Int) -> Int { self[index] | self[index + 1] << 8 }

    func word32(_ index: Int) -> UInt32 { UInt32(word16(index)) | UInt32(word16(index + 2)) << 16 }

    /// A binary16 number.
    func half(_ index: Int) -> Float { Binary16.widened(UInt16(word16(index))) }

    /// Code of element `index` of 32 in 16 bytes: the lower halves come first.
    func nibble(_ index: Int, at start: Int) -> Int { self[start + index % 16] >> (index / 16 * 4) & 15 }
}

/// Decodes the elements of one block. Every product of scales and codes is exact in binary32, so only types with a minimum
/// round, once, at the addition.
typealias BlockDecoder = (QuantisedBlock, UnsafeMutablePointer<Float>) -> Void
