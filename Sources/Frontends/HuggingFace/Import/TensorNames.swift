/// What an architecture of transformers calls the tensors of a network.
struct TensorNames: Sendable {
    /// In front of all but the head, except in files that were saved without the head.
    let base: String
    /// Behind it, in front of the number of a block (`layers`).
    let blocks: String
    /// Modules outside of blocks, by the names of `TransformerDraft`; those of `heads` are not behind the base.
    let outer: [String: String]
    let heads: [String: String]
    /// Modules of a block.
    let inner: [String: String]
    /// Weights are [inputs, outputs].
    var isTransposed = false
    /// Fused queries, keys and values lie group by group: queries of some heads, and the key and the value that they share.
    var fusesGroups = false

    /// Modules that stand for several of the graph's, whose rows lie one under another.
    static let fused: [String: [String]] = ["attn_qkv": ["attn_q", "attn_k", "attn_v"], "ffn_gate_up": ["ffn_gate", "ffn_up"]]

    private static let gated = ["ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"]
    private static let projections = ["attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj"]

    private static func decoder(_ inner: [[String: String]], norm: String = "norm") -> TensorNames {
        TensorNames(
            base: "model.", blocks: "layers", outer: ["token_embd": "embed_tokens", "output_norm": norm],
            heads: ["output": "lm_head"],
            inner: inner.reduce(into: ["attn_norm": "input_layernorm"]) { $0.merge($1) { $1 } })
    }

    static let llama = decoder([
        projections, gated,
        [
            "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm", "attn_q_norm": "self_attn.q_norm",
            "attn_k_norm": "self_attn.k_norm", "attn_sub_norm": "self_attn.attn_sub_norm", "ffn_sub_norm": "mlp.ffn_sub_norm",
        ],
    ])
    /// Norms around both parts.
    static let gemma2 = decoder([
        projections, gated,
        [
            "attn_output": "self_attn.o_proj", "post_attention_norm": "post_attention_layernorm",
            "ffn_norm": "pre_feedforward_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
            "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
        ],
    ])
    /// Norms in front of the sums.
    static let olmo2 = decoder([
        projections, gated,
        [
            "attn_output": "self_attn.o_proj", "post_attention_norm": "post_attention_layernorm",
            "post_ffw_norm": "post_feedforward_layernorm", "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
        ],
    ])
    static let starcoder2 = decoder([
        projections,
        [
            "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm", "ffn_up": "mlp.c_fc",
            "ffn_down": "mlp.c_proj",
        ],
    ])
    static let gptNeoX = TensorNames(
        base: "gpt_neox.", blocks: "layers", outer: ["token_embd": "embed_in", "output_norm": "final_layer_norm"],
        heads: ["output": "embed_out"],
        inner: [
            "attn_norm": "input_layernorm", "attn_qkv": "attention.query_key_value", "attn_output": "attention.dense",
            "ffn_norm": "post_attention_layernorm", "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
        ], fusesGroups: true)
    static let gptJ = TensorNames(
        base: "transformer.", blocks: "h", outer: ["token_embd": "wte", "output_norm": "ln_f"], heads: ["output": "lm_head"],
        inner: [
            "attn_norm": "ln_1", "attn_q": "attn.q_proj", "attn_k": "attn.k_proj", "attn_v": "attn.v_proj",
            "attn_output": "attn.out_proj", "ffn_up": "mlp.fc_in", "ffn_down": "mlp.fc_out",
        ])
    /// `ln_attn` and `ln_mlp` are the norms of later models, whose parts have one each.
    static let falcon = TensorNames(
        base: "transformer.", blocks: "h", outer: ["token_embd": "word_embeddings", "output_norm": "ln_f"],
        heads: ["output": "lm_head"], inner: groupedInner, fusesGroups: true)
    static let falconTwoNorms = TensorNames(
        base: "transformer.", blocks: "h", outer: ["token_embd": "word_embeddings", "output_norm": "ln_f"],
        heads: ["output": "lm_head"],
        inner: groupedInner.merging(["attn_norm": "ln_attn", "ffn_norm": "ln_mlp"]) { $1 }, fusesGroups: true)
    static let bloom = TensorNames(
        base: "transformer.", blocks: "h",
        outer: ["token_embd": "word_embeddings", "token_embd_norm": "word_embeddings_layernorm", "output_norm": "ln_f"],
        heads: ["output": "lm_head"], inner: groupedInner, fusesGroups: true)
    private static let groupedInner = [
        "attn_norm": "input_layernorm", "attn_qkv": "self_attention.query_key_value", "attn_output": "self_attention.dense",
        "ffn_norm": "post_attention_layernorm", "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
    ]
    static let mpt = TensorNames(
        base: "transformer.", blocks: "blocks", outer: ["token_embd": "wte", "output_norm": "norm_f"], heads: ["output": "lm_head"],
        inner: [
            "attn_norm": "norm_1", "attn_qkv": "attn.Wqkv", "attn_output": "attn.out_proj", "ffn_norm": "norm_2",
            "ffn_up": "ffn.up_proj", "ffn_down": "ffn.down_proj",
        ])
    static let phi = decoder(
        [projections, ["attn_output": "self_attn.dense", "ffn_up": "mlp.fc1", "ffn_down": "mlp.fc2"]], norm: "final_layernorm")
    static let phi3 = decoder([
        [
            "attn_qkv": "self_attn.qkv_proj", "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm",
            "ffn_gate_up": "mlp.gate_up_proj", "ffn_down": "mlp.down_proj",
        ]
    ])
    static let glm = decoder([
        projections,
        [
            "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm", "ffn_gate_up": "mlp.gate_up_proj",
            "ffn_down": "mlp.down_proj",
        ],
    ])
    static let opt = TensorNames(
        base: "model.", blocks: "decoder.layers",
        outer: [
            "token_embd": "decoder.embed_tokens", "position_embd": "decoder.embed_positions",
            "embedding.projection": "decoder.project_in", "head.projection": "decoder.project_out",
            "output_norm": "decoder.final_layer_norm",
        ],
        heads: ["output": "lm_head"],
        inner: projections.merging([
            "attn_norm": "self_attn_layer_norm", "attn_output": "self_attn.out_proj", "ffn_norm": "final_layer_norm",
            "ffn_up": "fc1", "ffn_down": "fc2",
        ]) { $1 })
    static let gpt2 = positioned(fusedGPT, isTransposed: true)
    /// Queries of all heads, and then one key and one value.
    static let gptBigCode = positioned(fusedGPT)
    static let gptNeo = positioned([
        "attn_q": "attn.attention.q_proj", "attn_k": "attn.attention.k_proj", "attn_v": "attn.attention.v_proj",
        "attn_output": "attn.attention.out_proj",
    ])
    private static let fusedGPT = ["attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj"]

    private static func positioned(_ attention: [String: String], isTransposed: Bool = false) -> TensorNames {
        TensorNames(
            base: "transformer.", blocks: "h", outer: ["token_embd": "wte", "position_embd": "wpe", "output_norm": "ln_f"],
            heads: ["output": "lm_head"],
            inner: attention.merging([
                "attn_norm": "ln_1", "ffn_norm": "ln_2", "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
            ]) { $1 }, isTransposed: isTransposed)
    }

    static func bert(_ base: String) -> TensorNames {
        TensorNames(
            base: base, blocks: "encoder.layer",
            outer: [
                "token_embd": "embeddings.word_embeddings", "position_embd": "embeddings.position_embeddings",
                "token_types": "embeddings.token_type_embeddings", "token_embd_norm": "embeddings.LayerNorm",
                "pooler": "pooler.dense",
            ],
            heads: [:],
            inner: [
                "attn_q": "attention.self.query", "attn_k": "attention.self.key", "attn_v": "attention.self.value",
                "attn_output": "attention.output.dense", "attn_norm": "attention.output.LayerNorm",
                "ffn_up": "intermediate.dense", "ffn_down": "output.dense", "ffn_norm": "output.LayerNorm",
            ])
    }

    static let distilBERT = TensorNames(
        base: "distilbert.", blocks: "transformer.layer",
        outer: [
            "token_embd": "embeddings.word_embeddings", "position_embd": "embeddings.position_embeddings",
            "token_embd_norm": "embeddings.LayerNorm",
        ],
        heads: [:],
        inner: [
            "attn_q": "attention.q_lin", "attn_k": "attention.k_lin", "attn_v": "attention.v_lin",
            "attn_output": "attention.out_lin", "attn_norm": "sa_layer_norm", "ffn_up": "ffn.lin1", "ffn_down": "ffn.lin2",
            "ffn_norm": "output_layer_norm",
        ])

    static let vit = TensorNames(
        base: "vit.", blocks: "encoder.layer",
        outer: [
            "patch": "embeddings.patch_embeddings.projection", "class_token": "embeddings.cls_token",
            "positions": "embeddings.position_embeddings", "output_norm": "layernorm", "pooler": "pooler.dense",
        ],
        heads: ["classes": "classifier"],
        inner: [
            "attn_norm": "layernorm_before", "attn_q": "attention.attention.query", "attn_k": "attention.attention.key",
            "attn_v": "attention.attention.value", "attn_output": "attention.output.dense", "ffn_norm": "layernorm_after",
            "ffn_up": "intermediate.dense", "ffn_down": "output.dense",
        ])
}
