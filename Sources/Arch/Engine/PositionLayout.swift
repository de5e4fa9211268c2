import Formats

/// How the positions of kept weights lie in memory, for every engine alike: for each block of `columnBlock` columns,
/// for each kept k, a little-endian bit stream of log2 m bits for each column of the block, first column in the lowest
/// bits, padded to a whole byte. So a range of kept k of one block is contiguous, as that of the weights is.
public struct PositionLayout: Hashable, Sendable {
    public let pattern: NOfM
    /// Columns of one block; columns that the tensor does not have hold position 0.
    public let columnBlock: Int

    public init(pattern: NOfM, columnBlock: Int) {
        self.pattern = pattern
        self.columnBlock = columnBlock
    }

    /// Bytes of one kept k of one column block.
    public var rowBytes: Int { (columnBlock * pattern.positionBits + 7) / 8 }

    /// Bytes of one column block over `kept` kept k.
    public func bytes(kept: Int) -> Int { kept * rowBytes }

    /// Column blocks one after the other.
    /// - Parameter positions: [columns][kept], each below m.
    public func layOut(_ positions: [UInt8], columns: Int, kept: Int) -> [UInt8] {
        let blocks = (columns + columnBlock - 1) / columnBlock
        var bytes = [UInt8](repeating: 0, count: blocks * self.bytes(kept: kept))
        for column in 0..<columns {
            for row in 0..<kept {
                let (address, shift) = place(column: column, kept: row, of: kept)
                let field = UInt16(positions[column * kept + row]) << UInt16(shift)
                bytes[address] |= UInt8(truncatingIfNeeded: field)
                if field > 255 { bytes[address + 1] |= UInt8(field >> 8) }
            }
        }
        return bytes
    }

    /// The position of kept k number `kept` of `count` in a column, below m.
    @inlinable
    public func position(_ bytes: UnsafeRawBufferPointer, base: Int, column: Int, kept: Int, of count: Int) -> Int {
        let (address, shift) = place(column: column, kept: kept, of: count)
        var field = UInt16(bytes[base + address])
        if shift + pattern.positionBits > 8 { field |= UInt16(bytes[base + address + 1]) << 8 }
        return Int(field >> UInt16(shift)) & (pattern.m - 1)
    }

    /// Byte, and bit in it, where a position starts.
    @usableFromInline
    func place(column: Int, kept: Int, of count: Int) -> (byte: Int, shift: Int) {
        let (block, lane) = column.quotientAndRemainder(dividingBy: columnBlock)
        let bit = lane * pattern.positionBits
        return ((block * count + kept) * rowBytes + bit >> 3, bit & 7)
    }
}

extension Engine {
    /// K granule of the weight layout: `depthBlock` for dense weights; whole blocks whose kept values fill whole
    /// granules for structured ones.
    public func depthGranule(_ pattern: NOfM?) -> Int {
        let granule = max(depthBlock, 1)
        guard let pattern else { return granule }
        var depth = pattern.m
        while !depth.isMultiple(of: granule) || !pattern.kept(of: depth).isMultiple(of: granule) { depth += pattern.m }
        return depth
    }

    /// The same for the weights of an instruction.
    func depthGranule(_ structure: Multiply.Structure) -> Int {
        structure.mixed == nil ? depthGranule(structure.pattern) : MixedBlocks.side
    }
}
