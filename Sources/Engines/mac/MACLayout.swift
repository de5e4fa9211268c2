/// Stored weights: for each block of `columns` columns, for each k, a little-endian bit stream of the codes of the
/// block's columns, first column in the lowest bits, padded to a whole byte. Codes of any width are stored as they are.
extension MACArray {
    /// Bytes of one k of a block.
    func rowBytes(weightBits: Int) -> Int { ceilDivide(columns * weightBits, 8) }

    public func weightBytes(depth: Int, weightBits: Int) -> Int { depth * rowBytes(weightBits: weightBits) }

    public func layOut(codes: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        let rowBytes = rowBytes(weightBits: weightBits)
        let blockBytes = weightBytes(depth: depth, weightBits: weightBits)
        var bytes = [UInt8](repeating: 0, count: ceilDivide(columns, self.columns) * blockBytes)
        let mask = UInt32((1 << weightBits) - 1)
        let codeBytes = ceilDivide(weightBits, 8)
        for column in 0..<columns {
            let (block, lane) = column.quotientAndRemainder(dividingBy: self.columns)
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

    public func codes(laidOut: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        let field = CodeField(engine: self, depth: depth, weightBits: weightBits)
        let codeBytes = ceilDivide(weightBits, 8)
        var codes = [UInt8](repeating: 0, count: columns * depth * codeBytes)
        laidOut.withUnsafeBytes { bytes in
            for column in 0..<columns {
                for k in 0..<depth {
                    let code = field.code(bytes, base: 0, column: column, k: k)
                    let place = (column * depth + k) * codeBytes
                    codes[place] = UInt8(truncatingIfNeeded: code)
                    if codeBytes > 1 { codes[place + 1] = UInt8(truncatingIfNeeded: code >> 8) }
                }
            }
        }
        return codes
    }
}

/// Finds one code in the stored weights of `depth` k.
struct CodeField: Sendable {
    let rowBytes: Int
    let blockBytes: Int
    let columnBlock: Int
    let weightBits: Int

    init(engine: MACArray, depth: Int, weightBits: Int) {
        rowBytes = engine.rowBytes(weightBits: weightBits)
        blockBytes = engine.weightBytes(depth: depth, weightBits: weightBits)
        columnBlock = engine.columns
        self.weightBits = weightBits
    }

    @inline(__always)
    func code(_ bytes: UnsafeRawBufferPointer, base: Int, column: Int, k: Int) -> UInt16 {
        let (block, lane) = column.quotientAndRemainder(dividingBy: columnBlock)
        let bit = lane * weightBits
        return code(bytes, address: base + block * blockBytes + (bit >> 3) + k * rowBytes, shift: bit & 7)
    }

    /// The code that starts at bit `shift` of byte `address`; the second byte is read only when the code reaches it.
    @inline(__always)
    func code(_ bytes: UnsafeRawBufferPointer, address: Int, shift: Int) -> UInt16 {
        var field = UInt16(bytes[address])
        if shift + weightBits > 8 { field |= UInt16(bytes[address + 1]) << 8 }
        return (field >> UInt16(shift)) & UInt16(truncatingIfNeeded: 1 << weightBits - 1)
    }
}
