/// What a `model_type` of transformers (`src/transformers/models`) is beside its configuration.
struct HuggingFaceArchitecture: Sendable {
    enum Position: Sendable {
        case rotary
        /// A table whose first rows belong to no position.
        case learned(skipped: Int)
        /// Slopes of the heads.
        case slopes
        /// That of an image's squares.
        case patches
    }

    let type: String
    var names: TensorNames
    var position = Position.rotary
    var norm = TransformerShape.Norm.rmsNorm
    var normTerms = TransformerShape.NormTerms.gainAndBias
    var normsEmbedding = false
    var placement = TransformerShape.Placement.before
    var isGated = true
    var parallel: TransformerShape.Parallel?
    var isCausal = true
    var queryNorm: TransformerShape.QueryNorm?
    var hasInnerNorms = false
    /// The embedding is multiplied by the root of its width (Gemma).
    var isGemma = false
    /// Gains of norms are stored less one (Gemma, Nemotron).
    var storesGainsLessOne = false
    /// Of so many layers, the last one sees all tokens, the others a window; `nil`: a window is for all of them.
    var globalPeriod: Int?
    /// What holds when the configuration leaves it out.
    var isTied = false
    var activation: TransformerShape.Activation?
    var epsilon: Float?
    var rotaryShare: Double = 1
    var rotaryBase: Float = 10000
    var rotaryPairs = Rotary.Pairs.halves
    var localBase: Float?
    var caps: (attention: Float, scores: Float)?
    /// `use_parallel_residual` when it is left out; `nil` where the key means nothing. Parallel parts are those of `parallel`.
    var parallelSwitch: Bool?
    /// Every layer of this number has no rotary positions unless the configuration says which (SmolLM3).
    var unturnedPeriod: Int?
    /// A window is looked at only when this key says so.
    var windowSwitch: String?

    static let all: [HuggingFaceArchitecture] = [
        HuggingFaceArchitecture(type: "llama", names: .llama, activation: .silu, epsilon: 1e-6),
        HuggingFaceArchitecture(type: "mistral", names: .llama, activation: .silu, epsilon: 1e-6),
        HuggingFaceArchitecture(
            type: "qwen2", names: .llama, activation: .silu, epsilon: 1e-6, windowSwitch: "use_sliding_window"),
        HuggingFaceArchitecture(
            type: "qwen3", names: .llama, queryNorm: .heads, activation: .silu, epsilon: 1e-6,
            windowSwitch: "use_sliding_window"),
        HuggingFaceArchitecture(
            type: "gemma", names: .llama, isGemma: true, storesGainsLessOne: true, isTied: true, activation: .geluTanh,
            epsilon: 1e-6),
        HuggingFaceArchitecture(
            type: "gemma2", names: .gemma2, placement: .around, isGemma: true, storesGainsLessOne: true, globalPeriod: 2, isTied: true,
            activation: .geluTanh, epsilon: 1e-6, caps: (50, 30)),
        HuggingFaceArchitecture(
            type: "gemma3_text", names: .gemma2, placement: .around, queryNorm: .heads, isGemma: true,
            storesGainsLessOne: true, globalPeriod: 6, isTied: true, activation: .geluTanh, epsilon: 1e-6, rotaryBase: 1_000_000, localBase: 10000),
        HuggingFaceArchitecture(
            type: "phi", names: .phi, norm: .layerNorm, isGated: false, parallel: .oneNorm, activation: .geluTanh, epsilon: 1e-5,
            rotaryShare: 0.5),
        HuggingFaceArchitecture(type: "phi3", names: .phi3, activation: .silu, epsilon: 1e-5),
        HuggingFaceArchitecture(type: "granite", names: .llama, activation: .silu, epsilon: 1e-6),
        HuggingFaceArchitecture(
            type: "olmo", names: .llama, norm: .layerNorm, normTerms: .none, activation: .silu, epsilon: 1e-5),
        HuggingFaceArchitecture(
            type: "cohere", names: .llama, norm: .layerNorm, normTerms: .gain, parallel: .oneNorm, isTied: true,
            activation: .silu, epsilon: 1e-5, rotaryPairs: .interleaved),
        HuggingFaceArchitecture(
            type: "glm", names: .glm, activation: .silu, epsilon: 1.5625e-7, rotaryShare: 0.5, rotaryPairs: .interleaved),
        HuggingFaceArchitecture(
            type: "nemotron", names: .llama, norm: .layerNorm, isGated: false, storesGainsLessOne: true,
            activation: .squaredRelu, epsilon: 1e-5, rotaryShare: 0.5),
        HuggingFaceArchitecture(
            type: "olmo2", names: .olmo2, placement: .beforeSum, queryNorm: .projection, activation: .silu, epsilon: 1e-5),
        HuggingFaceArchitecture(
            type: "stablelm", names: .llama, norm: .layerNorm, parallel: .oneNorm, activation: .silu, epsilon: 1e-5,
            rotaryShare: 0.25, parallelSwitch: false),
        HuggingFaceArchitecture(
            type: "smollm3", names: .llama, isTied: true, activation: .silu, epsilon: 1e-6, rotaryBase: 2_000_000,
            unturnedPeriod: 4, windowSwitch: "use_sliding_window"),
        HuggingFaceArchitecture(
            type: "starcoder2", names: .starcoder2, norm: .layerNorm, isGated: false, isTied: true, activation: .geluTanh,
            epsilon: 1e-5),
        HuggingFaceArchitecture(
            type: "gpt_neox", names: .gptNeoX, norm: .layerNorm, isGated: false, parallel: .twoNorms, activation: .gelu,
            epsilon: 1e-5, rotaryShare: 0.25, parallelSwitch: true),
        HuggingFaceArchitecture(
            type: "gptj", names: .gptJ, norm: .layerNorm, isGated: false, parallel: .oneNorm, activation: .geluTanh,
            epsilon: 1e-5, rotaryPairs: .interleaved),
        HuggingFaceArchitecture(
            type: "falcon", names: .falcon, norm: .layerNorm, isGated: false, isTied: true, activation: .gelu, epsilon: 1e-5),
        HuggingFaceArchitecture(
            type: "bloom", names: .bloom, position: .slopes, norm: .layerNorm, normsEmbedding: true, isGated: false, isTied: true,
            activation: .geluTanh, epsilon: 1e-5),
        HuggingFaceArchitecture(
            type: "mpt", names: .mpt, position: .slopes, norm: .layerNorm, normTerms: .gain, isGated: false, isTied: true,
            activation: .gelu, epsilon: 1e-5),
        HuggingFaceArchitecture(
            type: "bitnet", names: .llama, hasInnerNorms: true, activation: .squaredRelu, epsilon: 1e-5, rotaryBase: 500_000),
        HuggingFaceArchitecture(
            type: "opt", names: .opt, position: .learned(skipped: 2), norm: .layerNorm, isGated: false, isTied: true,
            activation: .relu, epsilon: 1e-5),
        HuggingFaceArchitecture(
            type: "gpt2", names: .gpt2, position: .learned(skipped: 0), norm: .layerNorm, isGated: false, isTied: true,
            activation: .geluTanh, epsilon: 1e-5),
        HuggingFaceArchitecture(
            type: "gpt_neo", names: .gptNeo, position: .learned(skipped: 0), norm: .layerNorm, isGated: false, isTied: true,
            activation: .geluTanh, epsilon: 1e-5),
        HuggingFaceArchitecture(
            type: "gpt_bigcode", names: .gptBigCode, position: .learned(skipped: 0), norm: .layerNorm, isGated: false,
            isTied: true, activation: .geluTanh, epsilon: 1e-5),
        encoder("bert", .bert("bert."), skipped: 0), encoder("roberta", .bert("roberta."), skipped: 2),
        encoder("xlm-roberta", .bert("roberta."), skipped: 2), encoder("camembert", .bert("roberta."), skipped: 2),
        encoder("distilbert", .distilBERT, skipped: 0),
        HuggingFaceArchitecture(
            type: "vit", names: .vit, position: .patches, norm: .layerNorm, isGated: false, isCausal: false, activation: .gelu,
            epsilon: 1e-12),
    ]

    private static func encoder(_ type: String, _ names: TensorNames, skipped: Int) -> HuggingFaceArchitecture {
        HuggingFaceArchitecture(
            type: type, names: names, position: .learned(skipped: skipped), norm: .layerNorm, normsEmbedding: true,
            placement: .behind, isGated: false, isCausal: false, activation: .gelu, epsilon: 1e-12)
    }
}
