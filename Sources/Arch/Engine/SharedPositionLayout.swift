import Formats

/// How positions lie that all columns of a group keep: for each run of activations a little-endian bit stream of log2 m
/// bits for each kept k, first k in the lowest bits, padded to a whole byte.
public struct SharedPositionLayout: Hashable, Sendable {
    public let pattern: NOfM

    public init(_ pattern: NOfM) { self.pattern = pattern }

    /// Bytes of one run of `kept` kept k.
    public func bytes(kept: Int) -> Int { (kept * pattern.positionBits + 7) / 8 }

    /// - Parameter positions: of one run, each below m.
    public func layOut(_ positions: some Collection<UInt8>) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: bytes(kept: positions.count))
        for (kept, position) in positions.enumerated() {
            let (address, shift) = place(kept)
            let field = UInt16(position) << UInt16(shift)
            bytes[address] |= UInt8(truncatingIfNeeded: field)
            if field > 255 { bytes[address + 1] |= UInt8(field >> 8) }
        }
        return bytes
    }

    /// The k of the run, which may lie past its end, whose activation kept k number `kept` meets.
    @inlinable
    public func k(_ bytes: UnsafeRawPointer, kept: Int) -> Int {
        let (address, shift) = place(kept)
        var field = UInt16(bytes.load(fromByteOffset: address, as: UInt8.self))
        if shift + pattern.positionBits > 8 {
            field |= UInt16(bytes.load(fromByteOffset: address + 1, as: UInt8.self)) << 8
        }
        return kept / pattern.n * pattern.m + Int(field >> UInt16(shift)) & (pattern.m - 1)
    }

    /// Byte, and bit in it, where a position starts.
    @usableFromInline
    func place(_ kept: Int) -> (byte: Int, shift: Int) {
        let bit = kept * pattern.positionBits
        return (bit >> 3, bit & 7)
    }
}
