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
    /// Every layer whose number, counted from 1, is a multiple of this one sees all tokens nevertheless; 0 when none does.
    public var globalPeriod = 0
    /// Base of the rotary positions in local layers when it is not that of the others.
    public var rotaryBase: Float?

    public init(window: Int, globalPeriod: Int = 0, rotaryBase: Float? = nil) {
        self.window = window
        self.globalPeriod = globalPeriod
        self.rotaryBase = rotaryBase
    }

    /// - Parameter layer: counted from 0.
    func applies(to layer: Int) -> Bool { globalPeriod == 0 || !(layer + 1).isMultiple(of: globalPeriod) }
}
