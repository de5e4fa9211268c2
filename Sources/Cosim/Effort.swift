import Arch

/// How much a run tries.
public struct Effort: Hashable, Sendable {
    /// Random vectors of a block whose inputs are too many to try all of them.
    public var vectors: Int
    /// Blocks with at most this many input bits are tried with every vector.
    public var exhaustiveBits: Int
    /// Instructions of an array.
    public var tiles: Int
    public var seed: UInt64
    /// Random vectors and instructions are made of its codes, and nothing stalls; `nil` for those that look for faults.
    public var layer: LayerOperands?

    public init(
        vectors: Int = 1_000_000, exhaustiveBits: Int = 20, tiles: Int = 500, seed: UInt64 = 1, layer: LayerOperands? = nil
    ) {
        self.vectors = vectors
        self.exhaustiveBits = exhaustiveBits
        self.tiles = tiles
        self.seed = seed
        self.layer = layer
    }

    /// Everything small that a block of few input bits can be given, and a sample of the others: for every change.
    public static let short = Effort(vectors: 20_000, exhaustiveBits: 16, tiles: 64)
}
