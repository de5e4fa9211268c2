/// What a configuration may ask for that no graph is made of.
enum HuggingFaceRefusals {
    static func refuse(_ architecture: HuggingFaceArchitecture, _ config: inout CheckpointConfig) {
        for key in ["is_encoder_decoder", "is_decoder", "add_cross_attention", "scale_attn_by_inverse_layer_idx", "qk_layernorm", "alibi", "apply_residual_connection_post_layernorm"]
        where config.truth(key) == true { config.report(key, "is true, which is not supported") }
        if config.truth("_remove_final_layer_norm") == true {
            config.report("_remove_final_layer_norm", "is true, which is not supported")
        }
        if let kind = config.text("position_embedding_type"), kind != "absolute" {
            config.report("position_embedding_type", "'\(kind)' is not supported; absolute is")
        }
        for key in ["num_local_experts", "num_experts", "n_routed_experts"] {
            if let count = config.size(key, allowsZero: true), count > 1 {
                config.report(key, "is \(count): blocks of experts are not supported")
            }
        }
        for key in ["residual_multiplier", "embedding_multiplier", "attention_multiplier", "logits_scaling"]
        where architecture.type != "granite" {
            if let factor = config.number(key), factor != 1 { config.report(key, "is \(factor), which is not supported") }
        }
        if architecture.queryNorm == nil, config.truth("use_qk_norm") == true {
            config.report("use_qk_norm", "is true, which is not supported in this architecture")
        }
    }

    /// Keys that say nothing about the values of a forward pass.
    static let inert: Set<String> = [
        "architectures", "_name_or_path", "transformers_version", "torch_dtype", "dtype", "initializer_range", "use_cache",
        "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "cls_token_id", "mask_token_id", "unk_token_id",
        "attention_dropout", "hidden_dropout", "dropout", "activation_dropout", "layerdrop", "resid_pdrop", "embd_pdrop", "attn_pdrop",
        "resid_dropout", "embd_dropout", "attention_probs_dropout_prob", "hidden_dropout_prob", "classifier_dropout",
        "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj",
        "task_specific_params", "id2label", "label2id", "problem_type", "gradient_checkpointing", "pretraining_tp",
        "max_position_embeddings", "n_positions", "n_ctx", "init_std", "prefix", "auto_map", "cache_implementation", "head_dim",
        "attention_bias", "mlp_bias", "enable_bias", "qkv_bias", "reorder_and_upcast_attn", "original_max_position_embeddings",
        "encoder_stride", "pooler_act", "pooler_output_size", "output_past", "directionality", "model_type", "num_labels",
        "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type",
        "max_window_layers", "sliding_window", "use_sliding_window", "_sliding_window_pattern", "rope_interleaved",
        "is_llama_config", "chunk_size_feed_forward", "return_dict", "output_attentions", "output_hidden_states",
        "seq_classif_dropout", "qa_dropout", "sinusoidal_pos_embds", "tie_weights_", "embedding_dropout", "residual_dropout",
        "use_bias", "use_qkv_bias", "no_rope_layer_interval", "expansion_ratio", "bias", "bias_dropout_fusion", "masked_softmax_fusion", "offset_alibi",
        "slow_but_exact", "skip_bias_add", "skip_bias_add_qkv", "n_inner", "seq_length", "rotary", "scale_attn_weights",
        "attention_softmax_in_fp32", "scale_attention_softmax_in_fp32", "inference_runner", "max_batch_size", "max_sequence_length",
        "pad_key_length", "pre_allocate_kv_cache", "validate_runner_input", "runner_max_sequence_length", "multi_query", "no_bias",
        "emb_pdrop", "learned_pos_emb", "init_config", "init_device", "verbose", "attention_layers", "embed_dropout",
        "num_ln_in_parallel_attn", "window_size",
    ]
}
