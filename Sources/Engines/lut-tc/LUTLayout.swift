/// Stored weights: for each block of `n` columns, each table (k weights of a column), each bit plane (lowest first), the
/// plane's bits of the k weights of every column, column after column, as a little-endian bit stream padded to a byte. Bit
/// i of a group belongs to weight table * k + i; groups are already folded when the tables are half tables. With k = 4 a group is a nibble, two columns to a byte with the even one low.
extension LUTTensorCore {
    /// Bytes of one plane of one table.
    var planeBytes: Int { ceilDivide(n * k, 8) }

    public func weightBytes(depth: Int, weightBits: Int) -> Int { depth / k * weightBits * planeBytes }

    public func layOut(codes: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        let field = PlaneField(engine: self, tables: depth / k, weightBits: weightBits)
        var bytes = [UInt8](repeating: 0, count: ceilDivide(columns, n) * field.blockBytes)
        let folded = (0..<1 << k).map { UInt16(stored($0)) }
        bytes.withUnsafeMutableBytes { bytes in
            for column in 0..<ceilDivide(columns, n) * n {
                let start = field.start(base: 0, column: column)
                var address = start.address
                for table in 0..<depth / k {
                    let group = column < columns ? group(codes, at: column * depth + table * k) : 0
                    for plane in 0..<weightBits {
                        field.store(folded[plane.bits(of: group)], in: bytes, at: address, start)
                        address += planeBytes
                    }
                }
            }
        }
        return bytes
    }

    /// The k codes of a table, a byte each, the first one lowest.
    @inline(__always)
    private func group(_ codes: [UInt8], at first: Int) -> UInt64 {
        var group: UInt64 = 0
        for i in 0..<k { group |= UInt64(codes[first &+ i]) &<< UInt64(8 &* i) }
        return group
    }

    public func codes(laidOut: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        let field = PlaneField(engine: self, tables: depth / k, weightBits: weightBits)
        var codes = [UInt8](repeating: 0, count: columns * depth)
        laidOut.withUnsafeBytes { bytes in
            for column in 0..<columns {
                for table in 0..<depth / k {
                    for plane in 0..<weightBits {
                        let index = stored(field.stored(bytes, base: 0, column: column, table: table, plane: plane))
                        for i in 0..<k {
                            codes[column * depth + table * k + i] |= UInt8(index >> i & 1) << UInt8(plane)
                        }
                    }
                }
            }
        }
        return codes
    }
}

/// Finds the k stored bits of one column, table and plane.
struct PlaneField: Sendable {
    /// Where the bits of one column begin: the byte in table 0, plane 0, and what follows from the place in a plane.
    struct Column: Sendable {
        var address: Int
        var shift: UInt16
        /// 1 when the group goes on in the next byte; else the group's own byte is read again and masked away.
        var next: Int
    }

    let planeBytes: Int
    let blockBytes: Int
    let columnBlock: Int
    let weightBits: Int
    let length: Int

    init(engine: LUTTensorCore, tables: Int, weightBits: Int) {
        planeBytes = engine.planeBytes
        blockBytes = engine.weightBytes(depth: tables * engine.k, weightBits: weightBits)
        columnBlock = engine.n
        length = engine.k
        self.weightBits = weightBits
    }

    @inline(__always)
    func start(base: Int, column: Int) -> Column {
        let (block, lane) = column.quotientAndRemainder(dividingBy: columnBlock)
        let bit = lane * length
        return Column(
            address: base + block * blockBytes + bit >> 3, shift: UInt16(bit & 7), next: bit & 7 + length > 8 ? 1 : 0)
    }

    /// The bits of a column at `address`, which is `column.address` plus whole planes.
    @inline(__always)
    func bits(_ bytes: UnsafeRawBufferPointer, at address: Int, _ column: Column) -> Int {
        let word = UInt16(bytes[address]) | UInt16(bytes[address + column.next]) << 8
        return Int(word &>> column.shift) & (1 << length - 1)
    }

    func stored(_ bytes: UnsafeRawBufferPointer, base: Int, column: Int, table: Int, plane: Int) -> Int {
        let start = start(base: base, column: column)
        return bits(bytes, at: start.address + (table * weightBits + plane) * planeBytes, start)
    }

    /// Sets bits that are zero so far, of a column at `address`, which is `column.address` plus whole planes.
    @inline(__always)
    func store(_ value: UInt16, in bytes: UnsafeMutableRawBufferPointer, at address: Int, _ column: Column) {
        let word = value &<< column.shift
        bytes[address] |= UInt8(truncatingIfNeeded: word)
        if column.next == 1 { bytes[address + 1] |= UInt8(word >> 8) }
    }
}

extension Int {
    /// Bit number `self` of each byte, the lowest byte's lowest: the product moves bit 8 i to bit 56 + i.
    @inline(__always)
    fileprivate func bits(of bytes: UInt64) -> Int {
        let chosen = (bytes &>> UInt64(self)) & 0x0101_0101_0101_0101
        return Int((chosen &* 0x0102_0408_1020_4080) &>> 56)
    }
}
