extension GGUFNetwork {
    /// What metadata may ask for that no graph is made of.
    static func refuse(_ architecture: GGUFArchitecture, _ shape: TransformerShape, _ metadata: inout GGUFMetadata) {
        if let experts = metadata.size("expert_count", allowsZero: true), experts > 0 {
            metadata.report("expert_count", "is \(experts): blocks of experts are not supported")
        }
        if let width = metadata.size("attention.value_length"), width != shape.headWidth {
            metadata.report("attention.value_length", "is \(width), other than the \(shape.headWidth) of keys, which is not supported")
        }
        if metadata.truth("attention.causal") == false {
            metadata.report("attention.causal", "is false: encoders are not supported")
        }
        if metadata.truth("use_parallel_residual") == true, architecture.parallel == nil {
            metadata.report("use_parallel_residual", "is true, which is not supported in this architecture")
        }
        refuseScaledPositions(&metadata)
        for key in factors(architecture) {
            if let factor = metadata.number(key), factor != 0, !(factor == 1 && key.hasSuffix("scale")) {
                metadata.report(key, "is \(factor), which is not supported")
            }
        }
    }

    /// Keys of factors that this architecture has no place for.
    private static func factors(_ architecture: GGUFArchitecture) -> [String] {
        var keys = architecture.hasScales ? [] : ["residual_scale", "embedding_scale"]
        if !architecture.hasScales, !architecture.multipliesScores { keys.append("logit_scale") }
        if !architecture.clipsProjections { keys.append("attention.clamp_kqv") }
        if case .slopes = architecture.position { return keys }
        return keys + ["attention.max_alibi_bias"]
    }

    /// Frequencies other than powers of the base.
    private static func refuseScaledPositions(_ metadata: inout GGUFMetadata) {
        let kind = metadata.text("rope.scaling.type") ?? "linear"
        guard kind != "none" else { return }
        if kind != "linear", let factor = metadata.number("rope.scaling.factor"), factor != 1, factor != 0 {
            metadata.report("rope.scaling.factor", "is \(factor) (\(kind)): scaled positions of this type are not supported")
        }
        if let factor = metadata.number("rope.scaling.attn_factor"), factor != 1, factor != 0 {
            metadata.report("rope.scaling.attn_factor", "is \(factor): scaled positions are not supported")
        }
    }

    /// Keys that are looked at, or that say nothing about values.
    static let read: Set<String> = [
        "block_count", "embedding_length", "feed_forward_length", "context_length", "attention.head_count",
        "attention.head_count_kv", "attention.key_length", "attention.value_length", "attention.scale", "attention.causal",
        "attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "attention.sliding_window",
        "attn_logit_softcapping", "final_logit_softcapping", "rope.dimension_count", "rope.freq_base", "rope.freq_base_swa",
        "rope.scaling.type", "rope.scaling.factor", "rope.scaling.attn_factor", "rope.scale_linear",
        "rope.scaling.original_context_length", "rope.scaling.finetuned", "use_parallel_residual", "vocab_size",
        "expert_count", "attention.clamp_kqv", "attention.max_alibi_bias", "logit_scale", "residual_scale",
        "embedding_scale", "tensor_data_layout",
    ]
}
