/// How queries and keys are turned by their positions (Su et al., arXiv 2104.09864).
public struct Rotary: Hashable, Sendable {
    /// Which features are turned together: i and i + half of them, or neighbours.
    public enum Pairs: String, Hashable, Sendable { case halves, interleaved }

    public var base: Float
    public var pairs = Pairs.halves
    /// Features that are turned, the first ones; all of a head unless set.
    public var dimensions: Int?
    /// Factors of the frequencies and of cosines and sines; not in layers that see a window and have a base of their own.
    public var scaling: RotaryScaling?

    public init(base: Float, pairs: Pairs = .halves, dimensions: Int? = nil) {
        self.base = base
        self.pairs = pairs
        self.dimensions = dimensions
    }
}

/// Layers whose tokens see only themselves and those just before them.
public struct LocalAttention: Hashable, Sendable {
    /// Tokens that are seen, the token itself among them.
    public var window: Int
    /// Layers, counted from 0, that see all tokens nevertheless.
    public var globalLayers: Set<Int> = []
    /// Base of the rotary positions in local layers when it is not that of the others.
    public var rotaryBase: Float?

    public init(window: Int, globalLayers: Set<Int> = [], rotaryBase: Float? = nil) {
        self.window = window
        self.globalLayers = globalLayers
        self.rotaryBase = rotaryBase
    }

    /// - Parameter layer: counted from 0.
    func applies(to layer: Int) -> Bool { !globalLayers.contains(layer) }
}
