/// Rows of codes as little-endian bit streams: the first code in the lowest bits of the first byte, no gaps between
/// codes, and zero bits after the last one (`"storage": "packed"` in `docs/graph.md`).
public enum BitPacking {
    /// Bytes of a row of `count` codes of `bits` bits.
    @inlinable
    public static func byteCount(count: Int, bits: Int) -> Int { (count * bits + 7) / 8 }

    /// One row, packed. Bits of a code above `bits` are ignored.
    ///
    /// - Parameter bits: 1...16.
    @inlinable
    public static func packed(codes: some Sequence<UInt32>, bits: Int) -> [UInt8] {
        precondition((1...16).contains(bits), "codes are packed with 1 to 16 bits")
        let mask = (UInt32(1) << UInt32(bits)) - 1
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount(count: codes.underestimatedCount, bits: bits))
        var pending: UInt32 = 0
        var pendingBits: UInt32 = 0
        for code in codes {
            pending |= (code & mask) &<< pendingBits
            pendingBits += UInt32(bits)
            while pendingBits >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                pendingBits -= 8
            }
        }
        if pendingBits > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
        return bytes
    }

    /// The first `count` codes of a packed row, or `nil` when `bytes` is too short.
    ///
    /// - Parameter bits: 1...16.
    @inlinable
    public static func unpack(bytes: some RandomAccessCollection<UInt8>, count: Int, bits: Int) -> [UInt32]? {
        precondition((1...16).contains(bits), "codes are packed with 1 to 16 bits")
        guard count >= 0, count <= bytes.count * 8 / bits else { return nil }
        let contiguous = bytes.withContiguousStorageIfAvailable { unpack(buffer: $0, count: count, bits: bits) }
        return contiguous ?? Array(bytes).withUnsafeBufferPointer { unpack(buffer: $0, count: count, bits: bits) }
    }

    @inlinable
    static func unpack(buffer: UnsafeBufferPointer<UInt8>, count: Int, bits: Int) -> [UInt32] {
        [UInt32](unsafeUninitializedCapacity: count) { codes, initialised in
            switch bits {
            case 1: unpackWithinBytes(buffer, into: codes, count: count, bits: 1)
            case 2: unpackWithinBytes(buffer, into: codes, count: count, bits: 2)
            case 4: unpackWithinBytes(buffer, into: codes, count: count, bits: 4)
            case 8: unpackWithinBytes(buffer, into: codes, count: count, bits: 8)
            default: unpackAcrossBytes(buffer, into: codes, count: count, bits: bits)
            }
            initialised = count
        }
    }

    /// Widths that divide 8: no code crosses a byte. Inlined with a constant width, so that the loop unrolls.
    @inline(__always) @inlinable
    static func unpackWithinBytes(
        _ bytes: UnsafeBufferPointer<UInt8>, into codes: UnsafeMutableBufferPointer<UInt32>, count: Int, bits: Int
    ) {
        let perByte = 8 / bits
        let mask = (UInt32(1) << UInt32(bits)) - 1
        for byte in 0..<count / perByte {
            let value = UInt32(bytes[byte])
            for slot in 0..<perByte {
                codes.initializeElement(at: byte * perByte + slot, to: value &>> UInt32(slot * bits) & mask)
            }
        }
        for index in count / perByte * perByte..<count {
            let value = UInt32(bytes[index / perByte]) &>> UInt32(index % perByte * bits)
            codes.initializeElement(at: index, to: value & mask)
        }
    }

    @inlinable
    static func unpackAcrossBytes(
        _ bytes: UnsafeBufferPointer<UInt8>, into codes: UnsafeMutableBufferPointer<UInt32>, count: Int, bits: Int
    ) {
        let mask = (UInt32(1) << UInt32(bits)) - 1
        var pending: UInt32 = 0
        var pendingBits = 0
        var next = 0
        for index in 0..<count {
            while pendingBits < bits {
                pending |= UInt32(bytes[next]) &<< UInt32(pendingBits)
                pendingBits += 8
                next += 1
            }
            codes.initializeElement(at: index, to: pending & mask)
            pending >>= UInt32(bits)
            pendingBits -= bits
        }
    }
}
