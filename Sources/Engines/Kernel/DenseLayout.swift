/// Stored weights: for each block of `columnBlock` columns, for each k, a little-endian bit stream of the codes of the
/// block's columns, first column in the lowest bits, padded to a whole byte. Codes of 3, 5, 6 and 7 bits are stored as they are and may cross bytes.
struct DenseLayout: Hashable, Sendable {
    let columnBlock: Int
    let weightBits: Int

    /// Bytes of one k of a block.
    var rowBytes: Int { ceilDivide(columnBlock * weightBits, 8) }

    /// Bytes of a block of `depth` k.
    func blockBytes(depth: Int) -> Int { depth * rowBytes }

    /// `codes` is [columns][depth]; missing columns of the last block are zero codes.
    func layOut(codes: [UInt8], columns: Int, depth: Int) -> [UInt8] {
        let blockBytes = blockBytes(depth: depth)
        var bytes = [UInt8](repeating: 0, count: ceilDivide(columns, columnBlock) * blockBytes)
        let mask = UInt16((1 << weightBits) - 1)
        for column in 0..<columns {
            let (block, lane) = column.quotientAndRemainder(dividingBy: columnBlock)
            let (byte, shift) = (lane * weightBits).quotientAndRemainder(dividingBy: 8)
            for k in 0..<depth {
                let address = block * blockBytes + k * rowBytes + byte
                let field = (UInt16(codes[column * depth + k]) & mask) << UInt16(shift)
                bytes[address] |= UInt8(truncatingIfNeeded: field)
                if field > 255 { bytes[address + 1] |= UInt8(field >> 8) }
            }
        }
        return bytes
    }

    /// The inverse of `layOut`.
    func codes(laidOut: [UInt8], columns: Int, depth: Int) -> [UInt8] {
        var codes = [UInt8](repeating: 0, count: columns * depth)
        laidOut.withUnsafeBytes { bytes in
            for column in 0..<columns {
                for k in 0..<depth {
                    codes[column * depth + k] = code(bytes, base: 0, depth: depth, column: column, k: k)
                }
            }
        }
        return codes
    }

    /// One code of the weights of `depth` k that begin at `base`.
    @inline(__always)
    func code(_ bytes: UnsafeRawBufferPointer, base: Int, depth: Int, column: Int, k: Int) -> UInt8 {
        let (block, lane) = column.quotientAndRemainder(dividingBy: columnBlock)
        let bit = lane * weightBits
        return code(bytes, address: base + block * blockBytes(depth: depth) + (bit >> 3) + k * rowBytes, shift: bit & 7)
    }

    /// The code that starts at bit `shift` of byte `address`; the second byte is read only when the code reaches it.
    @inline(__always)
    func code(_ bytes: UnsafeRawBufferPointer, address: Int, shift: Int) -> UInt8 {
        var field = UInt16(bytes[address])
        if shift + weightBits > 8 { field |= UInt16(bytes[address + 1]) << 8 }
        return UInt8(truncatingIfNeeded: (field >> UInt16(shift)) & ((1 << UInt16(weightBits)) - 1))
    }
}
