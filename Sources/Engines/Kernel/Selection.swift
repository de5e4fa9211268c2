import Arch
import Formats

/// What the activation selectors of N:M structured weights are told: the positions that lie beside the kept weights.
/// Engines walk kept weights instead of k, and ask here which k each of them meets.
struct Selection: Sendable {
    let pattern: NOfM
    private let layout: PositionLayout
    private let base: Int
    /// Kept weights of one column.
    private let count: Int
    private let memory: CoreMemory

    /// `nil` for dense weights.
    /// - Parameter depth: K as laid out, whole blocks.
    init?(_ multiply: Multiply, memory: CoreMemory, columnBlock: Int, depth: Int) {
        guard case .nOfM(let pattern, let positions) = multiply.structure else { return nil }
        self.pattern = pattern
        self.memory = memory
        layout = PositionLayout(pattern: pattern, columnBlock: columnBlock)
        base = positions
        count = pattern.kept(of: depth)
    }

    /// Which of the m inputs of a selector the kept weight takes.
    @inline(__always)
    func position(column: Int, kept: Int) -> Int {
        layout.position(UnsafeRawBufferPointer(memory.weights), base: base, column: column, kept: kept, of: count)
    }

    /// The k, as laid out, that the kept weight meets.
    @inline(__always)
    func k(column: Int, kept: Int) -> Int {
        kept / pattern.n * pattern.m + position(column: column, kept: kept)
    }
}

extension Multiply.Structure {
    /// K granule of an engine whose layout takes single k: whole blocks.
    var granule: Int { mixed == nil ? pattern?.m ?? 1 : MixedBlocks.side }

    /// Weights stored of so many k, whole blocks when structured.
    func stored(of depth: Int) -> Int { pattern?.kept(of: depth) ?? depth }

    /// The stored weights of a range of k that begins and ends with blocks.
    func stored(_ range: Range<Int>) -> Range<Int> { stored(of: range.lowerBound)..<stored(of: range.upperBound) }

    /// The k whose activations a range of stored weights may meet: all of the blocks that it touches.
    func window(_ stored: Range<Int>) -> Range<Int> {
        guard let pattern else { return stored }
        return stored.lowerBound / pattern.n * pattern.m..<ceilDivide(stored.upperBound, pattern.n) * pattern.m
    }

    /// End of the longest range of stored weights from `start` that `lanes` lanes take in one turn: whole blocks, or a
    /// part of one block where the lanes are fewer than its kept weights.
    func end(from start: Int, lanes: Int) -> Int {
        guard let pattern else { return start + lanes }
        if lanes >= pattern.n { return start + lanes / pattern.n * pattern.n }
        return min(start + lanes, (start / pattern.n + 1) * pattern.n)
    }
}
