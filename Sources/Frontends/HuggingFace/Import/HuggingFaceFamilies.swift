import Diagnostics

extension HuggingFaceArchitecture {
    /// The architecture as keys of this configuration change it: models of one type whose blocks are not alike.
    func variant(_ config: inout CheckpointConfig) -> HuggingFaceArchitecture {
        var variant = self
        switch type {
        case "falcon":
            let hasGroups = config.truth("new_decoder_architecture") ?? false
            let isParallel = hasGroups || config.truth("parallel_attn") ?? true
            let hasTwoNorms = hasGroups && config.size("num_ln_in_parallel_attn") ?? 2 == 2
            variant.parallel = isParallel ? (hasTwoNorms ? .twoNorms : .oneNorm) : nil
            variant.names = hasTwoNorms ? .falconTwoNorms : .falcon
        case "opt" where config.truth("layer_norm_elementwise_affine") == false: variant.normTerms = .none
        default: break
        }
        return variant
    }
}

/// What configurations of single families say in words of their own.
extension HuggingFaceShape {
    mutating func describeFamily(_ shape: inout TransformerShape) {
        switch architecture.type {
        case "opt": describeOPT(&shape)
        case "granite": describeGranite(&shape)
        case "cohere": shape.scoreScale = config.positive("logit_scale").map { Float($0) } ?? 0.0625
        case "gpt_neo": describeGPTNeo(&shape)
        case "mpt": describeMPT(&shape)
        default: break
        }
    }

    private mutating func describeOPT(_ shape: inout TransformerShape) {
        if config.truth("do_layer_norm_before") == false { shape.placement = .behind }
        if let width = config.size("word_embed_proj_dim"), width != shape.hidden { shape.embeddingWidth = width }
    }

    private mutating func describeGranite(_ shape: inout TransformerShape) {
        // Left out, the attention's is 1 too, and not the root of the heads' width.
        shape.attentionScale = config.positive("attention_multiplier").map { Float($0) } ?? 1
        shape.embeddingScale = config.positive("embedding_multiplier").map { Float($0) }
        shape.residualScale = config.positive("residual_multiplier").map { Float($0) }
        shape.scoreScale = config.positive("logits_scaling").map { Float(1 / $0) }
    }

    /// Scores are not scaled. `attention_types` is a list of pairs: kinds of layers, and how often they come in a row.
    private mutating func describeGPTNeo(_ shape: inout TransformerShape) {
        shape.attentionScale = 1
        var kinds: [String] = []
        for case .array(let pair) in config.list("attention_types") ?? [] {
            guard pair.count == 2, case .array(let names) = pair[0], case .integer(let count) = pair[1], count > 0 else { continue }
            let texts = names.compactMap { name -> String? in if case .string(let text) = name { text } else { nil } }
            for _ in 0..<min(count, shape.layers) { kinds += texts }
        }
        guard kinds.count == shape.layers, kinds.allSatisfy({ $0 == "global" || $0 == "local" }) else {
            config.report("attention_types", "says of \(kinds.count) layers what they see, \(shape.layers) of 'global' or 'local' expected")
            return
        }
        guard kinds.contains("local") else { return }
        let global = Set(kinds.indices.filter { kinds[$0] == "global" })
        shape.local = LocalAttention(window: config.size("window_size") ?? 256, globalLayers: global)
    }

    private mutating func describeMPT(_ shape: inout TransformerShape) {
        if config.truth("no_bias") == false { config.report("no_bias", "is false, true expected") }
        guard var attention = config.object("attn_config") else { return }
        shape.projectionClip = attention.positive("clip_qkv").map { Float($0) }
        shape.attentionScale = attention.positive("softmax_scale").map { Float($0) }
        for key in ["qk_ln", "prefix_lm", "attn_uses_sequence_id", "rope"] where attention.truth(key) == true {
            attention.report(key, "is true, which is not supported")
        }
        if attention.truth("alibi") == false { attention.report("alibi", "is false, true expected") }
        if let type = attention.text("attn_type"), type != "multihead_attention" {
            attention.report("attn_type", "'\(type)' is not supported; multihead_attention is")
        }
        config.report(contentsOf: attention.problems)
    }

    /// Keys and values of so many heads.
    mutating func keyValueHeads(_ heads: Int) -> Int? {
        switch architecture.type {
        case "falcon":
            if config.truth("new_decoder_architecture") == true { return config.size("num_kv_heads") ?? heads }
            return config.truth("multi_query") ?? true ? 1 : heads
        case "gpt_bigcode": return config.truth("multi_query") ?? true ? 1 : heads
        default: return config.size("num_key_value_heads")
        }
    }

    mutating func slopes(_ heads: Int) -> PositionSlopes {
        if heads > PositionSlopes.mostHeads {
            config.report("n_head", "is \(heads), at most \(PositionSlopes.mostHeads) expected where heads have slopes")
        }
        // Published models state 8; transformers takes 8 whatever is stated, MosaicML's own code what is.
        var attention = config.object("attn_config")
        let steepness = attention?.positive("alibi_bias_max") ?? 8
        return PositionSlopes(
            heads: min(heads, PositionSlopes.mostHeads), steepness: steepness,
            positions: config.size("max_seq_len") ?? config.size("seq_length") ?? 0)
    }
}
