/// What a transformer is made of, by sizes.
public struct TransformerShape: Hashable, Sendable {
    public enum Norm: Hashable, Sendable { case layerNorm, rmsNorm }
    /// Where norms stand: in front of attention and feed-forward part, or behind their residual sums.
    public enum Placement: Hashable, Sendable { case before, behind }
    public enum Activation: String, Hashable, Sendable { case relu, gelu, geluTanh = "gelu_tanh", silu }

    public enum Position: Hashable, Sendable {
        /// A table of this many positions is added to the embedding.
        case learned(Int)
        case rotary(base: Float)
        /// A slope per head times the position is added to the scores.
        case linearBiases
    }

    public struct Experts: Hashable, Sendable {
        public var count: Int
        /// Of them, how many a token meets.
        public var active: Int
    }

    /// What comes behind the last block.
    public enum Head: Hashable, Sendable {
        /// A score for each entry of the vocabulary.
        case vocabulary
        /// A dense layer with tanh over the first token.
        case pooler
        /// A score for each class from the first token.
        case classes(Int)
    }

    /// An image of `image` x `image` pixels of three channels, cut into squares of `patch` pixels, behind a class token.
    public struct Patches: Hashable, Sendable {
        public var image: Int
        public var patch: Int
        var count: Int { (image / patch) * (image / patch) }
        /// Tokens that enter the blocks.
        public var tokens: Int { count + 1 }
    }

    public var layers: Int
    /// Width of the residual stream.
    public var hidden: Int
    /// Width of the feed-forward part.
    public var feedForward: Int
    public var heads: Int
    public var keyValueHeads: Int
    /// Entries of the embedding; 0 for images.
    public var vocabulary: Int
    public var norm = Norm.layerNorm
    public var placement = Placement.before
    public var epsilon: Float = 1e-5
    public var activation = Activation.relu
    /// The activation gates a second branch.
    public var isGated = false
    public var hasBiases = true
    public var position: Position
    /// Each token sees itself and those before it, and what it leaves is cached.
    public var isCausal = true
    /// Norms in front of the output projections too (BitNet b1.58).
    public var hasInnerNorms = false
    /// Width of the embedding when it is not that of the stream (OPT-350M).
    public var embeddingWidth: Int?
    public var experts: Experts?
    public var head = Head.vocabulary
    /// Kinds of text segments whose embedding is added (BERT).
    public var segments = 0
    /// In place of a vocabulary.
    public var patches: Patches?

    public var headWidth: Int { hidden / heads }
    var keyValueWidth: Int { keyValueHeads * headWidth }

    public init(
        layers: Int, hidden: Int, feedForward: Int, heads: Int, keyValueHeads: Int? = nil, vocabulary: Int,
        position: Position
    ) {
        self.layers = layers
        self.hidden = hidden
        self.feedForward = feedForward
        self.heads = heads
        self.keyValueHeads = keyValueHeads ?? heads
        self.vocabulary = vocabulary
        self.position = position
    }
}
