import Diagnostics

/// The network of a checkpoint by sizes: from its configuration, and from which tensors there are.
struct HuggingFaceNetwork: Sendable {
    let architecture: HuggingFaceArchitecture
    let shape: TransformerShape
    /// How weights are packed, when they are.
    let packing: PackedCheckpoint?
    /// Keys of the configuration that nothing here looks at.
    let unread: [String]

    /// - Throws: everything that is missing, wrong or not supported.
    init(_ checkpoint: Checkpoint) throws(Diagnostics) {
        var config = CheckpointConfig(checkpoint.config)
        guard let type = config.text("model_type") else {
            throw Diagnostics(Diagnostic(field: "model_type", "is left out, so nothing says what the tensors are"))
        }
        guard let listed = HuggingFaceArchitecture.all.first(where: { $0.type == type }) else {
            let known = HuggingFaceArchitecture.all.map(\.type)
            throw Diagnostics(
                Diagnostic(
                    field: "model_type",
                    "'\(type)' is not supported\(Suggestion.hint(for: type, in: known)); known are \(known.joined(separator: ", "))"))
        }
        let architecture = listed.variant(&config)
        let tensors = CheckpointNames(checkpoint, architecture.names)
        self.architecture = architecture
        var reader = HuggingFaceShape(architecture: architecture, config: config, tensors: tensors)
        shape = reader.shape()
        packing = PackedCheckpoint(checkpoint, &reader.config)
        HuggingFaceRefusals.refuse(architecture, &reader.config)
        if shape.layers != tensors.layers {
            reader.config.report(
                "num_hidden_layers", "is \(shape.layers), but the files have tensors of \(tensors.layers) blocks")
        }
        unread = reader.config.unread.filter { !HuggingFaceRefusals.inert.contains($0) }
        guard reader.config.problems.isEmpty else { throw reader.config.problems }
    }
}

/// Reads a shape out of a configuration.
struct HuggingFaceShape {
    let architecture: HuggingFaceArchitecture
    var config: CheckpointConfig
    let tensors: CheckpointNames

    mutating func shape() -> TransformerShape {
        let layers = config.requiredSize("num_hidden_layers", "n_layer", "n_layers", "num_layers")
        let hidden = config.requiredSize("hidden_size", "n_embd", "dim", "n_embed", "d_model")
        let heads = config.requiredSize("num_attention_heads", "n_head", "n_heads", "num_heads")
        let headWidth = config.size("head_dim") ?? max(1, hidden / heads)
        if !config.has("head_dim"), !hidden.isMultiple(of: heads) {
            config.report("num_attention_heads", "is \(heads), which does not divide the width of \(hidden)")
        }
        let patches = patches()
        var shape = TransformerShape(
            layers: layers, hidden: hidden, feedForward: feedForward(hidden), heads: heads,
            keyValueHeads: keyValueHeads(heads), vocabulary: patches == nil ? config.requiredSize("vocab_size") : 0,
            position: position(headWidth, heads, patches))
        shape.patches = patches
        shape.headWidth = headWidth
        if !heads.isMultiple(of: shape.keyValueHeads) {
            config.report("num_key_value_heads", "is \(shape.keyValueHeads), which does not divide the \(heads) heads")
        }
        describe(&shape)
        limit(&shape)
        describeFamily(&shape)
        if architecture.unturnedPeriod != nil { shape.unturnedLayers = unturnedLayers(layers) }
        return shape
    }

    private mutating func describe(_ shape: inout TransformerShape) {
        shape.norm = architecture.norm
        shape.normTerms = architecture.normTerms
        shape.normsEmbedding = architecture.normsEmbedding
        shape.projectionClip = config.positive("clip_qkv").map { Float($0) }
        shape.placement = architecture.placement
        shape.isGated = architecture.isGated
        shape.parallel = parallel()
        shape.isCausal = architecture.isCausal
        shape.queryNorm = architecture.queryNorm
        shape.hasInnerNorms = architecture.hasInnerNorms
        shape.activation = activation()
        shape.epsilon = epsilon()
        shape.biases = biases()
        if architecture.isGemma { shape.embeddingScale = Float(shape.hidden).squareRoot() }
        guard architecture.isCausal else {
            if shape.patches == nil {
                shape.segments = config.size("type_vocab_size", allowsZero: true) ?? 0
                shape.head = tensors.has("pooler.weight") ? .pooler : .states
            } else if let classes = tensors.tensor("classes.weight")?.shape.first {
                shape.head = .classes(classes)
            } else {
                shape.head = tensors.has("pooler.weight") ? .pooler : .states
            }
            return
        }
        let isStated = config.truth("tie_word_embeddings")
        // A model that was saved without its head shares its table.
        shape.isTied = isStated ?? (architecture.isTied || !tensors.has("output.weight") && !tensors.has("output.qweight"))
    }

    private mutating func feedForward(_ hidden: Int) -> Int {
        switch architecture.type {
        case "gpt2", "gptj", "gpt_bigcode": config.size("n_inner") ?? 4 * hidden
        case "bloom", "mpt": 4 * hidden
        case "falcon": config.size("ffn_hidden_size") ?? 4 * hidden
        case "gpt_neo": config.size("intermediate_size") ?? 4 * hidden
        default: config.requiredSize("intermediate_size", "ffn_dim", "hidden_dim")
        }
    }

    private mutating func patches() -> TransformerShape.Patches? {
        guard case .patches = architecture.position else { return nil }
        let (image, patch) = (config.requiredSize("image_size"), config.requiredSize("patch_size"))
        if !image.isMultiple(of: patch) { config.report("patch_size", "is \(patch), which does not divide the image of \(image)") }
        if let channels = config.size("num_channels"), channels != 3 {
            config.report("num_channels", "is \(channels), 3 expected")
        }
        return TransformerShape.Patches(image: min(image, 1 << 14), patch: min(patch, 1 << 14))
    }

    private mutating func position(
        _ headWidth: Int, _ heads: Int, _ patches: TransformerShape.Patches?
    ) -> TransformerShape.Position {
        switch architecture.position {
        case .slopes: return .slopes(slopes(heads))
        case .patches: return .learned(patches?.tokens ?? 0)
        case .rotary: return .rotary(HuggingFaceRotary(architecture: architecture, headWidth: headWidth).rotary(&config))
        case .learned(let skipped):
            let count = config.requiredSize("max_position_embeddings", "n_positions", "n_ctx")
            // OPT's number leaves the skipped rows out, that of RoBERTa counts them.
            return .learned(architecture.type == "opt" ? count : max(1, count - skipped))
        }
    }

    private mutating func activation() -> TransformerShape.Activation {
        let keys = architecture.isGemma ? ["hidden_activation"] : ["hidden_act", "activation_function", "activation"]
        // The first models of Gemma say 'gelu' in hidden_act and mean the other one.
        if architecture.isGemma { _ = config.text("hidden_act") }
        for key in keys {
            guard let name = config.text(key) else { continue }
            switch name {
            case "silu", "swish": return .silu
            case "gelu", "gelu_python": return .gelu
            case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_accurate": return .geluTanh
            case "relu": return .relu
            case "relu2": return .squaredRelu
            default: config.report(key, "'\(name)' is not supported")
            }
        }
        return architecture.activation ?? .silu
    }

    private mutating func epsilon() -> Float {
        for key in ["rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon", "norm_eps"] {
            guard let number = config.number(key) else { continue }
            if number < 0 { config.report(key, "is \(number), 0 or more expected") }
            return Float(number)
        }
        return architecture.epsilon ?? 1e-5
    }

    /// The first block tells: all of them are alike.
    private func biases() -> LinearBiases {
        var biases: LinearBiases = []
        if tensors.has("blk.0.attn_q.bias") || tensors.has("blk.0.attn_qkv.bias") { biases.insert(.queryKeyValue) }
        if tensors.has("blk.0.attn_output.bias") { biases.insert(.attentionOutput) }
        if tensors.has("blk.0.ffn_down.bias") { biases.insert(.feedForward) }
        if tensors.has("output.bias") { biases.insert(.head) }
        return biases
    }

    /// Layers without rotary positions: a list has 1 for those that turn.
    private mutating func unturnedLayers(_ layers: Int) -> Set<Int> {
        guard let turns = config.integers("no_rope_layers") else {
            return TransformerShape.every(config.size("no_rope_layer_interval") ?? architecture.unturnedPeriod ?? 0, of: layers)
        }
        if turns.count != layers || turns.contains(where: { $0 != 0 && $0 != 1 }) {
            config.report("no_rope_layers", "is no list of \(layers) numbers that are 0 or 1")
        }
        return Set(turns.indices.filter { turns[$0] == 0 })
    }

    private mutating func parallel() -> TransformerShape.Parallel? {
        guard let usual = architecture.parallelSwitch else { return architecture.parallel }
        return config.truth("use_parallel_residual") ?? usual ? architecture.parallel : nil
    }

    /// Scales, caps and windows of the attention, and the cap of the scores.
    private mutating func limit(_ shape: inout TransformerShape) {
        if let scalar = config.positive("query_pre_attn_scalar") { shape.attentionScale = Float(1 / scalar.squareRoot()) }
        if config.truth("scale_attn_weights") == false { shape.attentionScale = 1 }
        // Left out they are the architecture's, null they are none.
        let isGemma2 = architecture.caps != nil
        shape.attentionCap =
            config.positive("attn_logit_softcapping").map { Float($0) }
            ?? (isGemma2 && !config.isNull("attn_logit_softcapping") ? architecture.caps?.attention : nil)
        shape.scoreCap =
            config.positive("final_logit_softcapping").map { Float($0) }
            ?? (isGemma2 && !config.isNull("final_logit_softcapping") ? architecture.caps?.scores : nil)
        shape.local = window(layers: shape.layers)
    }

    private mutating func window(layers: Int) -> LocalAttention? {
        let types = config.texts("layer_types")
        let isOn = architecture.windowSwitch.map { config.truth($0) ?? false } ?? true
        guard let window = config.size("sliding_window", allowsZero: true), window > 0, isOn else {
            if let types, types.contains(where: { $0 != "full_attention" }) {
                config.report("layer_types", "has layers of other kinds than full_attention, and no window is given")
            }
            return nil
        }
        let period = config.size("sliding_window_pattern") ?? architecture.globalPeriod ?? 0
        var local = LocalAttention(
            window: window, globalLayers: TransformerShape.every(period, of: layers),
            rotaryBase: architecture.localBase.map { base in config.positive("rope_local_base_freq").map { Float($0) } ?? base })
        guard let types else {
            // The first layers see all tokens.
            if let count = config.size("max_window_layers", allowsZero: true), architecture.windowSwitch != nil {
                local.globalLayers = Set(0..<min(count, layers))
            }
            return local
        }
        if types.count != layers || types.contains(where: { $0 != "full_attention" && $0 != "sliding_attention" }) {
            config.report("layer_types", "is no list of \(layers) kinds that are full_attention or sliding_attention")
        }
        local.globalLayers = Set(types.indices.filter { types[$0] == "full_attention" })
        return local
    }
}
