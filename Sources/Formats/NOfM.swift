/// N:M structured sparsity: of every `m` consecutive values along K at most `n` are not zero, and `n` are kept. A last
/// block that is shorter than `m` is filled up with zeros, so it keeps `n` values too.
public struct NOfM: Hashable, Sendable {
    // Bytes, because every product instruction holds them.
    private let kept: UInt8
    private let block: UInt8

    /// Values kept of a block.
    public var n: Int { Int(kept) }
    /// Values of a block.
    public var m: Int { Int(block) }

    public static let keptCounts = [1, 2, 4, 8]
    public static let blockSizes = [4, 8, 16, 32]

    /// `nil` unless n is 1, 2, 4 or 8, m is 4, 8, 16 or 32, and n < m.
    public init?(n: Int, m: Int) {
        guard Self.keptCounts.contains(n), Self.blockSizes.contains(m), n < m else { return nil }
        kept = UInt8(n)
        block = UInt8(m)
    }

    /// Every pattern that exists.
    public static let all: [NOfM] = blockSizes.flatMap { m in keptCounts.compactMap { NOfM(n: $0, m: m) } }

    /// Bits of a position inside a block: log2 m.
    public var positionBits: Int { m.trailingZeroBitCount }

    /// Values kept of `depth` >= 0 consecutive k: n of every block that has begun.
    public func kept(of depth: Int) -> Int { (depth / m + (depth % m == 0 ? 0 : 1)) * n }

    /// The positions kept of a block where bit p of `mask` says that the value at p is not zero. A block with fewer than
    /// n such values keeps zeros at its highest free positions (as PyTorch's semi-structured conversion does for 2:4).
    /// `mask` has at most n bits.
    public func kept(holding mask: UInt32) -> UInt32 {
        var kept = mask
        var free = UInt32(m)
        while kept.nonzeroBitCount < n {
            free -= 1
            kept |= 1 << free
        }
        return kept
    }

    /// `2:4`
    public var name: String { "\(n):\(m)" }
}
