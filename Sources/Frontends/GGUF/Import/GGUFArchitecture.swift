/// What an architecture of llama.cpp (`src/llama-model.cpp`) is beside its metadata.
struct GGUFArchitecture: Sendable {
    /// Slopes are those of the heads (ALiBi).
    enum Position: Sendable { case rotary(Rotary.Pairs), learned, slopes }

    let name: String
    var position = Position.rotary(.halves)
    var norm = TransformerShape.Norm.rmsNorm
    var normTerms = TransformerShape.NormTerms.gainAndBias
    var normsEmbedding = false
    var placement = TransformerShape.Placement.before
    var activation = TransformerShape.Activation.silu
    var isGated = true
    var parallel: TransformerShape.Parallel?
    /// Parts are parallel only in files without norms of the feed-forward parts (StableLM).
    var isParallelWithoutNorm = false
    /// Parts are parallel only in files that say so (`use_parallel_residual`).
    var saysParallel = false
    /// `attention.clamp_kqv` clips queries, keys and values.
    var clipsProjections = false
    /// Steepness of the slopes when the metadata have no `attention.max_alibi_bias`.
    var steepness: Float?
    /// Scores are multiplied by `logit_scale` (Command R).
    var multipliesScores = false
    var queryNorm: TransformerShape.QueryNorm?
    /// Metadata scale the embedding, what parts add to the stream, and scores (Granite).
    var hasScales = false
    /// Every layer of this number has no rotary positions (SmolLM3).
    var unturnedPeriod: Int?
    /// The embedding is multiplied by the root of its width (Gemma).
    var scalesEmbedding = false
    /// Caps of scores that hold when the metadata have none: of the attention, of the vocabulary.
    var caps: (attention: Float, scores: Float)?
    /// Of so many layers, the last one sees all tokens, the others a window; 0: none does.
    var globalPeriod: Int?
    /// Width of the window when the metadata have none.
    var defaultWindow: Int?
    /// Base of the rotary positions in layers with a window, unless the metadata have one.
    var localBase: Float?
    /// Layers of the model of 27 billion parameters, whose attention is scaled by the width per head of the stream.
    var layersWithStreamScale: Int?
    /// Keys that llama.cpp does not look at in this architecture.
    var ignored: Set<String> = []

    var epsilonKey: String {
        norm == .rmsNorm ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon"
    }

    static let all: [GGUFArchitecture] = [
        GGUFArchitecture(name: "llama", position: .rotary(.interleaved)),
        GGUFArchitecture(name: "qwen2"),
        GGUFArchitecture(name: "qwen3", queryNorm: .heads),
        GGUFArchitecture(name: "gemma", activation: .geluTanh, scalesEmbedding: true),
        GGUFArchitecture(
            name: "gemma2", placement: .around, activation: .geluTanh, scalesEmbedding: true, caps: (50, 30),
            globalPeriod: 2, defaultWindow: 4096, layersWithStreamScale: 46),
        GGUFArchitecture(
            name: "gemma3", placement: .around, activation: .geluTanh, queryNorm: .heads, scalesEmbedding: true,
            globalPeriod: 6, localBase: 10000, layersWithStreamScale: 62),
        GGUFArchitecture(
            name: "phi2", norm: .layerNorm, activation: .geluTanh, isGated: false, parallel: .oneNorm),
        GGUFArchitecture(name: "phi3", ignored: ["attention.sliding_window"]),
        GGUFArchitecture(name: "granite", position: .rotary(.interleaved), hasScales: true),
        GGUFArchitecture(name: "olmo2", placement: .beforeSum, queryNorm: .projection),
        GGUFArchitecture(
            name: "stablelm", norm: .layerNorm, parallel: .oneNorm, isParallelWithoutNorm: true,
            ignored: ["use_parallel_residual"]),
        GGUFArchitecture(name: "smollm3", position: .rotary(.interleaved), unturnedPeriod: 4),
        GGUFArchitecture(name: "starcoder2", norm: .layerNorm, activation: .geluTanh, isGated: false),
        GGUFArchitecture(name: "nemotron", norm: .layerNorm, activation: .squaredRelu, isGated: false),
        GGUFArchitecture(
            name: "olmo", position: .rotary(.interleaved), norm: .layerNorm, normTerms: .none, clipsProjections: true),
        GGUFArchitecture(
            name: "command-r", position: .rotary(.interleaved), norm: .layerNorm, normTerms: .gain, parallel: .oneNorm,
            multipliesScores: true),
        GGUFArchitecture(
            name: "gptneox", norm: .layerNorm, activation: .geluTanh, isGated: false, parallel: .twoNorms, saysParallel: true),
        GGUFArchitecture(name: "falcon", norm: .layerNorm, activation: .geluTanh, isGated: false, parallel: .oneNorm),
        GGUFArchitecture(
            name: "bloom", position: .slopes, norm: .layerNorm, normsEmbedding: true, activation: .geluTanh, isGated: false,
            steepness: 8),
        GGUFArchitecture(
            name: "mpt", position: .slopes, norm: .layerNorm, normTerms: .gain, activation: .geluTanh, isGated: false,
            clipsProjections: true),
        GGUFArchitecture(
            name: "starcoder", position: .learned, norm: .layerNorm, activation: .geluTanh, isGated: false),
        GGUFArchitecture(
            name: "gpt2", position: .learned, norm: .layerNorm, activation: .geluTanh, isGated: false),
    ]
}
