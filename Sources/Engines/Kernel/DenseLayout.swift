/// Stored weights: for each block of `columnBlock` columns, for each k, a little-endian bit stream of the codes of the
/// block's columns, first column in the lowest bits, padded to a whole byte. Codes of any width are stored as they are.
struct DenseLayout: Hashable, Sendable {
    let columnBlock: Int
    let weightBits: Int

    /// Bytes of one k of a block.
    var rowBytes: Int { ceilDivide(columnBlock * weightBits, 8) }

    /// Bytes of a block of `depth` k.
    func blockBytes(depth: Int) -> Int { depth * rowBytes }

    /// `codes` is [columns][depth], two bytes each where they have more than 8 bits; missing columns of the last block are
    /// zero codes.
    func layOut(codes: [UInt8], columns: Int, depth: Int) -> [UInt8] {
        let blockBytes = blockBytes(depth: depth)
        var bytes = [UInt8](repeating: 0, count: ceilDivide(columns, columnBlock) * blockBytes)
        let mask = UInt32((1 << weightBits) - 1)
        let codeBytes = ceilDivide(weightBits, 8)
        for column in 0..<columns {
            let (block, lane) = column.quotientAndRemainder(dividingBy: columnBlock)
            let (byte, shift) = (lane * weightBits).quotientAndRemainder(dividingBy: 8)
            for k in 0..<depth {
                let address = block * blockBytes + k * rowBytes + byte
                let place = (column * depth + k) * codeBytes
                let code = UInt32(codes[place]) | (codeBytes > 1 ? UInt32(codes[place + 1]) << 8 : 0)
                let field = (code & mask) << UInt32(shift)
                bytes[address] |= UInt8(truncatingIfNeeded: field)
                if field > 255 { bytes[address + 1] |= UInt8(truncatingIfNeeded: field >> 8) }
            }
        }
        return bytes
    }

    /// The inverse of `layOut`.
    func codes(laidOut: [UInt8], columns: Int, depth: Int) -> [UInt8] {
        let codeBytes = ceilDivide(weightBits, 8)
        var codes = [UInt8](repeating: 0, count: columns * depth * codeBytes)
        laidOut.withUnsafeBytes { bytes in
            for column in 0..<columns {
                for k in 0..<depth {
                    let code = code(bytes, base: 0, depth: depth, column: column, k: k)
                    let place = (column * depth + k) * codeBytes
                    codes[place] = UInt8(truncatingIfNeeded: code)
                    if codeBytes > 1 { codes[place + 1] = UInt8(truncatingIfNeeded: code >> 8) }
                }
            }
        }
        return codes
    }

    /// One code of the weights of `depth` k that begin at `base`.
    @inline(__always)
    func code(_ bytes: UnsafeRawBufferPointer, base: Int, depth: Int, column: Int, k: Int) -> UInt16 {
        let (block, lane) = column.quotientAndRemainder(dividingBy: columnBlock)
        let bit = lane * weightBits
        return code(bytes, address: base + block * blockBytes(depth: depth) + (bit >> 3) + k * rowBytes, shift: bit & 7)
    }

    /// The code that starts at bit `shift` of byte `address`; the second byte is read only when the code reaches it.
    @inline(__always)
    func code(_ bytes: UnsafeRawBufferPointer, address: Int, shift: Int) -> UInt16 {
        var field = UInt16(bytes[address])
        if shift + weightBits > 8 { field |= UInt16(bytes[address + 1]) << 8 }
        return (field >> UInt16(shift)) & UInt16(truncatingIfNeeded: 1 << weightBits - 1)
    }
}
