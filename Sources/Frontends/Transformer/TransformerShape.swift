/// What a transformer is made of, by sizes.
public struct TransformerShape: Hashable, Sendable {
    public enum Norm: Hashable, Sendable { case layerNorm, rmsNorm }
    /// What a LayerNorm learns: what it multiplies by and what it adds, only the first (Cohere), or nothing (OLMo).
    public enum NormTerms: Hashable, Sendable { case gainAndBias, gain, none }
    /// Where norms stand: in front of attention and feed-forward part, behind their residual sums, in front of both parts
    /// and behind them too, before the sum (Gemma 2), or only there (OLMo 2).
    public enum Placement: Hashable, Sendable {
        case before, behind, around, beforeSum

        var isInFront: Bool { self == .before || self == .around }
        var isBeforeSum: Bool { self == .around || self == .beforeSum }
    }

    /// Norms of queries and keys before they are turned: of every head (Qwen3, Gemma 3), or of all heads at once (OLMo 2).
    public enum QueryNorm: Hashable, Sendable { case heads, projection }

    /// Attention and feed-forward part read the stream as it was, and it takes the sum of both: behind the same norm (Phi-2),
    /// or each behind its own (GPT-NeoX).
    public enum Parallel: Hashable, Sendable { case oneNorm, twoNorms }

    public enum Activation: String, Hashable, Sendable { case relu, gelu, geluTanh = "gelu_tanh", silu, squaredRelu = "squared_relu" }

    public enum Position: Hashable, Sendable {
        /// A table of this many positions is added to the embedding.
        case learned(Int)
        case rotary(Rotary)
        /// A slope per head times the position is added to the scores.
        case slopes(PositionSlopes)
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
        /// Nothing: what leaves the last block is the result.
        case states
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
    /// Width of queries, keys and values of a head; `hidden / heads` unless set.
    public var headWidth: Int
    /// Entries of the embedding; 0 for images.
    public var vocabulary: Int
    public var norm = Norm.layerNorm
    public var normTerms = NormTerms.gainAndBias
    /// A norm behind the embedding (BERT, BLOOM).
    public var normsEmbedding = false
    public var placement = Placement.before
    public var epsilon: Float = 1e-5
    public var activation = Activation.relu
    /// The activation gates a second branch.
    public var isGated = false
    public var biases = LinearBiases.blocks
    public var position: Position
    /// Each token sees itself and those before it, and what it leaves is cached.
    public var isCausal = true
    /// Queries, keys and values are clipped to this magnitude (OLMo, MPT).
    public var projectionClip: Float?
    /// Norms in front of the output projections too (BitNet b1.58).
    public var hasInnerNorms = false
    public var queryNorm: QueryNorm?
    public var parallel: Parallel?
    /// Factor of scores in front of the softmax; 1 / sqrt(head width) unless set.
    public var attentionScale: Float?
    /// c of c tanh(x / c), through which scores of an attention pass (Gemma 2).
    public var attentionCap: Float?
    /// The same of the scores of the vocabulary.
    public var scoreCap: Float?
    /// Factor of what a part adds to the stream (Granite).
    public var residualScale: Float?
    /// Factor of the scores of the vocabulary (Granite, Cohere).
    public var scoreScale: Float?
    /// Layers that see the last tokens only.
    public var local: LocalAttention?
    /// Layers, counted from 0, that leave queries and keys as they are where positions are rotary (SmolLM3).
    public var unturnedLayers: Set<Int> = []
    /// Factor of the embedding (Gemma).
    public var embeddingScale: Float?
    /// Width of the embedding when it is not that of the stream (OPT-350M).
    public var embeddingWidth: Int?
    /// The embedding's table gives the scores too.
    public var isTied = false
    public var experts: Experts?
    public var head = Head.vocabulary
    /// Kinds of text segments whose embedding is added (BERT).
    public var segments = 0
    /// In place of a vocabulary.
    public var patches: Patches?

    /// Width of the queries of all heads.
    var queryWidth: Int { heads * headWidth }
    var keyValueWidth: Int { keyValueHeads * headWidth }

    /// Whether a layer turns queries and keys by their positions, where positions are rotary.
    func turns(layer: Int) -> Bool { !unturnedLayers.contains(layer) }

    /// Of so many layers in a row, the last one.
    static func every(_ period: Int, of layers: Int) -> Set<Int> {
        period > 0 ? Set(stride(from: period - 1, to: layers, by: period)) : []
    }

    public init(
        layers: Int, hidden: Int, feedForward: Int, heads: Int, keyValueHeads: Int? = nil, vocabulary: Int,
        position: Position
    ) {
        self.layers = layers
        self.hidden = hidden
        self.feedForward = feedForward
        self.heads = heads
        self.keyValueHeads = keyValueHeads ?? heads
        self.headWidth = hidden / heads
        self.vocabulary = vocabulary
        self.position = position
    }
}
