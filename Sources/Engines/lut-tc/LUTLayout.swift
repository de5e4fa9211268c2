/// Stored weights: for each block of `n` columns, each quad of k, each bit plane (lowest first), one nibble per column,
/// two columns to a byte with the even one low. A nibble holds the plane's bits of the four weights, already
/// folded when the tables are half tables.
extension LUTTensorCore {
    /// Bytes of one plane of one quad.
    var planeBytes: Int { ceilDivide(n, 2) }

    public func weightBytes(depth: Int, weightBits: Int) -> Int { depth / k * weightBits * planeBytes }

    public func layOut(codes: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        let blockBytes = weightBytes(depth: depth, weightBits: weightBits)
        var bytes = [UInt8](repeating: 0, count: ceilDivide(columns, n) * blockBytes)
        for column in 0..<ceilDivide(columns, n) * n {
            let (block, lane) = column.quotientAndRemainder(dividingBy: n)
            for quad in 0..<depth / k {
                for plane in 0..<weightBits {
                    var index = 0
                    if column < columns {
                        for i in 0..<k { index |= Int(codes[column * depth + quad * k + i] >> UInt8(plane) & 1) << i }
                    }
                    let stored = UInt8(stored(index))
                    let address = block * blockBytes + (quad * weightBits + plane) * planeBytes + lane / 2
                    bytes[address] |= stored << UInt8(lane % 2 * 4)
                }
            }
        }
        return bytes
    }

    public func codes(laidOut: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8] {
        let field = NibbleField(engine: self, quads: depth / k, weightBits: weightBits)
        var codes = [UInt8](repeating: 0, count: columns * depth)
        laidOut.withUnsafeBytes { bytes in
            for column in 0..<columns {
                for quad in 0..<depth / k {
                    for plane in 0..<weightBits {
                        let stored = field.nibble(bytes, base: 0, column: column, quad: quad, plane: plane)
                        let index = self.stored(stored)
                        for i in 0..<k { codes[column * depth + quad * k + i] |= UInt8(index >> i & 1) << UInt8(plane) }
                    }
                }
            }
        }
        return codes
    }
}

/// Finds one stored nibble in the weights of `quads` quads.
struct NibbleField: Sendable {
    let planeBytes: Int
    let blockBytes: Int
    let columnBlock: Int
    let weightBits: Int

    init(engine: LUTTensorCore, quads: Int, weightBits: Int) {
        planeBytes = engine.planeBytes
        blockBytes = engine.weightBytes(depth: quads * engine.k, weightBits: weightBits)
        columnBlock = engine.n
        self.weightBits = weightBits
    }

    /// Byte of the first quad's first plane, and the shift inside it.
    @inline(__always)
    func start(base: Int, column: Int) -> (address: Int, shift: UInt8) {
        let (block, lane) = column.quotientAndRemainder(dividingBy: columnBlock)
        return (base + block * blockBytes + (lane >> 1), UInt8(lane & 1) * 4)
    }

    @inline(__always)
    func nibble(_ bytes: UnsafeRawBufferPointer, base: Int, column: Int, quad: Int, plane: Int) -> Int {
        let (address, shift) = start(base: base, column: column)
        return Int(bytes[address + (quad * weightBits + plane) * planeBytes] >> shift & 15)
    }
}
