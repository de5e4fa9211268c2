import Formats

/// Slots of pairs of integers times a factor. Weights have millions of pairs and few different ones, so that each is encoded
/// once.
struct EncodedPairs {
    private let encoder: PairEncoder
    private let factor: Float
    /// Both slots by left integer, then right one, less `least`; nothing where there was no such pair yet.
    private var known: [UInt16?]

    /// Of codes with their zero points; other integers are encoded every time.
    private static let least = -256
    private static let side = 512

    init(_ encoder: PairEncoder, factor: Float) {
        self.encoder = encoder
        self.factor = factor
        known = Array(repeating: nil, count: Self.side * Self.side)
    }

    /// Slots of rows of `width` integers; the last of an odd row has no neighbour.
    mutating func rows(_ integers: [Int], width: Int) -> [UInt8] {
        var slots: [UInt8] = []
        slots.reserveCapacity(integers.count)
        for row in stride(from: 0, to: integers.count, by: width) {
            for index in stride(from: row, to: row + width - 1, by: 2) {
                let pair = pair(integers[index], integers[index + 1])
                slots.append(UInt8(truncatingIfNeeded: pair))
                slots.append(UInt8(truncatingIfNeeded: pair >> 8))
            }
            if !width.isMultiple(of: 2) { slots.append(encoder.single(Float(integers[row + width - 1]) * factor)) }
        }
        return slots
    }

    /// The left slot in the low byte.
    private mutating func pair(_ left: Int, _ right: Int) -> UInt16 {
        let (row, column) = (left - Self.least, right - Self.least)
        let range = 0..<Self.side
        guard range.contains(row), range.contains(column) else { return encoded(left, right) }
        if let pair = known[row * Self.side + column] { return pair }
        let pair = encoded(left, right)
        known[row * Self.side + column] = pair
        return pair
    }

    private func encoded(_ left: Int, _ right: Int) -> UInt16 {
        let slots = encoder.slots(Float(left) * factor, Float(right) * factor)
        return UInt16(slots.left) | UInt16(slots.right) << 8
    }
}
