/// The sum of binary32 numbers in the one order that `docs/numerics.md` allows.
///
/// Blocks of 16 in ascending order; inside a block a pairwise tree over 16 slots, missing slots being +0; blocks are
/// added one after the other, starting with the first block's sum. The result depends on the numbers and their order only, never on the
/// lanes of a machine. No number at all gives +0; a NaN result is canonical.
public struct BlockedSum: Sendable {
    @usableFromInline var block = SIMD16<Float>()
    @usableFromInline var filled = 0
    /// Sum of the finished blocks; `nil` before the first.
    @usableFromInline var finished: Float?

    @inlinable
    public init() {}

    @inlinable
    public mutating func add(_ element: Float) {
        block[filled] = element
        filled += 1
        if filled == 16 { finishBlock() }
    }

    /// The sum of what was added so far.
    @inlinable
    public var result: Float {
        var copy = self
        if copy.filled > 0 { copy.finishBlock() }
        return Elementary.canonical(copy.finished ?? 0)
    }

    @inlinable
    mutating func finishBlock() {
        let sum = Self.tree(block)
        finished = finished.map { $0 + sum } ?? sum
        block = SIMD16()
        filled = 0
    }

    /// Level by level, slot i + slot i+1.
    @inlinable
    static func tree(_ block: SIMD16<Float>) -> Float {
        let eight = block.evenHalf + block.oddHalf
        let four = eight.evenHalf + eight.oddHalf
        let two = four.evenHalf + four.oddHalf
        return two.x + two.y
    }

    /// The sum of `element(0)`, ..., `element(count - 1)`.
    @inlinable
    public static func sum(count: Int, _ element: (Int) -> Float) -> Float {
        guard count > 0 else { return 0 }
        var total = partialTree(from: 0, count: min(16, count), element)
        var start = 16
        while start < count {
            total += partialTree(from: start, count: min(16, count - start), element)
            start += 16
        }
        return Elementary.canonical(total)
    }

    @inlinable
    static func partialTree(from start: Int, count: Int, _ element: (Int) -> Float) -> Float {
        var block = SIMD16<Float>()
        if count == 16 {
            for slot in 0..<16 { block[slot] = element(start + slot) }
        } else {
            for slot in 0..<count { block[slot] = element(start + slot) }
        }
        return tree(block)
    }
}
