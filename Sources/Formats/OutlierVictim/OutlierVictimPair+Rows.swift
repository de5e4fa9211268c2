/// Rows of slots: pairs are neighbours (2i, 2i + 1) from the start of a row. The last slot of an odd row has no neighbour
/// and holds a normal value.
extension OutlierVictimPair {
    /// Values of a row, in order.
    public func decodeRow(count: Int, slot: (Int) -> UInt8, _ body: (Int, ExponentInteger) -> Void) {
        var index = 0
        while index + 1 < count {
            let pair = decoded(slot(index), slot(index + 1))
            body(index, pair.left)
            body(index + 1, pair.right)
            index += 2
        }
        if index < count { body(index, normal(slot(index))) }
    }

    /// The first slot of rows of `width` whose pair is not well-formed.
    public func firstMalformed(count: Int, width: Int, slot: (Int) -> UInt8) -> Int? {
        (0..<count).first { index in
            let column = index % max(1, width)
            guard column.isMultiple(of: 2) else { return false }
            guard column + 1 < width else { return !isWellFormed(single: slot(index)) }
            return !isWellFormed(slot(index), slot(index + 1))
        }
    }

    /// Bytes of a row as it is stored: a byte per pair of 4-bit slots, left slot in its upper half, two bytes per pair of
    /// 8-bit slots, left first. An odd row ends with a zero code.
    public func stored(row: [UInt8]) -> [UInt8] {
        let padded = row.count.isMultiple(of: 2) ? row : row + [0]
        guard bits == 4 else { return padded }
        return stride(from: 0, to: padded.count, by: 2).map { Self.byte(padded[$0], padded[$0 + 1]) }
    }

    /// Bytes of a stored row of so many slots.
    public func storedBytes(count: Int) -> Int { (count + 1) / 2 * 2 * bits / 8 }

    /// The inverse of `stored`.
    public func row(stored: some Collection<UInt8>, count: Int) -> [UInt8] {
        let slots =
            bits == 4 ? stored.flatMap { [Self.slots(ofByte: $0).left, Self.slots(ofByte: $0).right] } : Array(stored)
        return Array(slots.prefix(count))
    }
}
