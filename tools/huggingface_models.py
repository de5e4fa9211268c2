"""Writes small checkpoints in the Hugging Face layout with drawn weights, and what `huggingface_reference.py` computes for them
(pip install numpy).

    python3 -m tools.huggingface_models Tests/FrontendsTests/Fixtures/checkpoints

A folder is a checkpoint: `config.json`, weights, and `expected.txt`: tokens (or pixels) in the first line, then a line of outputs for each
of them. Packed ones (gptq-*, awq, bitnet) also have `module.txt`: a module in the first line, and what its weights are, an output
per line. Codes are packed here bit by bit, so that nothing is shared with a reader that takes words apart.
"""

import json
import os
import sys

import numpy as np

from tools import safetensors_file
from tools.huggingface_reference import Model

HIDDEN, FEED_FORWARD, VOCABULARY, TOKENS, POSITIONS = 16, 24, 20, 6, 32
LLAMA = {"num_attention_heads": 2, "num_key_value_heads": 1, "num_hidden_layers": 2, "rms_norm_eps": 1e-5, "hidden_act": "silu"}
GEMMA = LLAMA | {"hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 12, "sliding_window": 3}
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 16}
YARN = {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}
PHI = {"num_attention_heads": 2, "num_hidden_layers": 2, "layer_norm_eps": 1e-5, "hidden_act": "gelu_new"}
BERT = {"num_attention_heads": 2, "num_hidden_layers": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu", "type_vocab_size": 2}
STABLELM = {"num_attention_heads": 2, "num_key_value_heads": 1, "num_hidden_layers": 2, "layer_norm_eps": 1e-5, "hidden_act": "silu"}
NEOX = {"num_attention_heads": 2, "num_hidden_layers": 2, "layer_norm_eps": 1e-5, "hidden_act": "gelu", "rotary_pct": 0.5,
        "rotary_emb_base": 700}
# Decoders whose configuration class ties the head to the table unless the file says otherwise.
TIED = {"gemma", "gemma2", "gemma3_text", "smollm3", "starcoder2"}
# Folder, model type, more of the configuration.
MODELS = [
    ("llama", "llama", LLAMA | {"rope_theta": 500.0}),
    ("llama3", "llama", LLAMA | {"rope_theta": 500.0, "rope_scaling": LLAMA3}),
    ("llama-linear", "llama", LLAMA | {"rope_scaling": {"type": "linear", "factor": 2.0}}),
    ("llama-yarn", "llama", LLAMA | {"rope_theta": 50.0, "rope_scaling": YARN}),
    ("mistral", "mistral", LLAMA | {"sliding_window": 3}),
    ("qwen2", "qwen2", LLAMA | {"sliding_window": 3, "use_sliding_window": False, "tie_word_embeddings": True}),
    ("qwen3", "qwen3", LLAMA | {"head_dim": 12}),
    ("gemma", "gemma", GEMMA | {"query_pre_attn_scalar": 8, "sliding_window": None, "hidden_act": "gelu", "head_dim": 8}),
    ("gemma2", "gemma2", GEMMA | {"attn_logit_softcapping": 50.0, "final_logit_softcapping": 2.0}),
    ("gemma3", "gemma3_text", GEMMA | {"num_hidden_layers": 3, "sliding_window_pattern": 3, "rope_theta": 700.0,
                                       "rope_local_base_freq": 90.0}),
    ("phi", "phi", PHI | {"partial_rotary_factor": 0.5}),
    ("phi3", "phi3", LLAMA | {"sliding_window": 4}),
    ("bitnet-plain", "bitnet", LLAMA | {"hidden_act": "relu2", "tie_word_embeddings": True, "rope_theta": 500.0}),
    ("opt", "opt", {"num_attention_heads": 2, "num_hidden_layers": 2, "activation_function": "relu", "word_embed_proj_dim": HIDDEN}),
    ("opt-behind", "opt", {"num_attention_heads": 2, "num_hidden_layers": 2, "activation_function": "relu", "word_embed_proj_dim": 8,
                           "do_layer_norm_before": False}),
    ("gpt2", "gpt2", {"n_head": 2, "n_layer": 2, "n_embd": HIDDEN, "n_inner": FEED_FORWARD, "activation_function": "gelu_new",
                      "layer_norm_epsilon": 1e-5, "n_positions": POSITIONS}),
    ("bert", "bert", BERT), ("roberta", "roberta", BERT | {"type_vocab_size": 1}),
    ("vit", "vit", {"num_attention_heads": 2, "num_hidden_layers": 1, "layer_norm_eps": 1e-6, "hidden_act": "gelu", "image_size": 8,
                    "patch_size": 4, "num_channels": 3}),
    ("granite", "granite", LLAMA | {"attention_multiplier": 0.3, "embedding_multiplier": 3.0, "residual_multiplier": 0.4,
                                    "logits_scaling": 2.0, "tie_word_embeddings": True}),
    ("olmo2", "olmo2", LLAMA | {"rope_theta": 500.0}),
    ("stablelm", "stablelm", STABLELM),
    ("stablelm-parallel", "stablelm", STABLELM | {"use_parallel_residual": True, "use_qkv_bias": True, "partial_rotary_factor": 0.5}),
    ("starcoder2", "starcoder2", {"num_attention_heads": 2, "num_key_value_heads": 1, "num_hidden_layers": 2, "norm_epsilon": 1e-5,
                                  "hidden_act": "gelu_pytorch_tanh", "sliding_window": 3, "use_bias": True}),
    ("gpt-neox", "gpt_neox", NEOX), ("gpt-neox-sequential", "gpt_neox", NEOX | {"use_parallel_residual": False, "rotary_pct": 1.0}),
    ("distilbert", "distilbert", {"n_heads": 2, "n_layers": 2, "dim": HIDDEN, "hidden_dim": FEED_FORWARD, "activation": "gelu",
                                  "sinusoidal_pos_embds": False}),
    ("camembert", "camembert", BERT | {"type_vocab_size": 1}),
    ("smollm3", "smollm3", LLAMA | {"num_hidden_layers": 4, "no_rope_layer_interval": 3, "no_rope_layers": [1, 0, 1, 0]}),
]
PACKED = ["gptq-2", "gptq-3", "gptq-4", "gptq-8", "gptq-v2", "gptq-act-order", "awq", "bitnet"]


class Writer:
    def __init__(self, seed, hidden=HIDDEN, feed_forward=FEED_FORWARD):
        self.random = np.random.default_rng(seed)
        self.hidden, self.feed_forward = hidden, feed_forward
        self.tensors = {}

    def matrix(self, name, rows, columns, scale=None, transposed=False):
        values = self.random.normal(0, scale or columns**-0.5, (rows, columns)).astype(np.float16)
        self.tensors[f"{name}.weight"] = values.T.copy() if transposed else values

    def vector(self, name, size, around=0.0):
        self.tensors[name] = (around + self.random.normal(0, 0.2, size)).astype(np.float32)

    def norm(self, name, size=None, bias=False, around=1):
        self.vector(f"{name}.weight", size or self.hidden, around)
        if bias:
            self.vector(f"{name}.bias", size or self.hidden)

    def linear(self, name, rows, columns, bias=False, transposed=False):
        self.matrix(name, rows, columns, transposed=transposed)
        if bias:
            self.vector(f"{name}.bias", rows)


def decoder(w, kind, config):
    h, heads, groups = w.hidden, config["num_attention_heads"], config.get("num_key_value_heads", config["num_attention_heads"])
    width = config.get("head_dim", h // heads)
    around = 0 if kind.startswith("gemma") else 1
    phi, has_all = kind == "phi", kind in ("phi", "starcoder2")
    centred = has_all or kind == "stablelm"
    projected = has_all or kind == "qwen2" or config.get("use_qkv_bias", False)
    w.matrix("model.embed_tokens", VOCABULARY, h, 1.0)
    for layer in range(config["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        attention = f"{name}.self_attn"
        if kind != "olmo2":
            w.norm(f"{name}.input_layernorm", bias=centred, around=around)
        if kind == "phi3":
            w.linear(f"{attention}.qkv_proj", (heads + 2 * groups) * width, h)
            w.linear(f"{name}.mlp.gate_up_proj", 2 * w.feed_forward, h)
        else:
            for part, rows in (("q", heads), ("k", groups), ("v", groups)):
                w.linear(f"{attention}.{part}_proj", rows * width, h, projected)
        if kind in ("qwen3", "gemma3_text", "olmo2"):
            w.norm(f"{attention}.q_norm", heads * width if kind == "olmo2" else width, around=around)
            w.norm(f"{attention}.k_norm", groups * width if kind == "olmo2" else width, around=around)
        if kind == "bitnet":
            w.norm(f"{attention}.attn_sub_norm", heads * width)
            w.norm(f"{name}.mlp.ffn_sub_norm", w.feed_forward)
        w.linear(f"{attention}.dense" if phi else f"{attention}.o_proj", h, heads * width, has_all)
        if phi:
            w.linear(f"{name}.mlp.fc1", w.feed_forward, h, True)
            w.linear(f"{name}.mlp.fc2", h, w.feed_forward, True)
            continue
        if not config.get("use_parallel_residual"):
            w.norm(f"{name}.post_attention_layernorm", bias=centred, around=around)
        if kind in ("gemma2", "gemma3_text"):
            w.norm(f"{name}.pre_feedforward_layernorm", around=around)
        if kind in ("gemma2", "gemma3_text", "olmo2"):
            w.norm(f"{name}.post_feedforward_layernorm", around=around)
        if kind == "starcoder2":
            w.linear(f"{name}.mlp.c_fc", w.feed_forward, h, True)
            w.linear(f"{name}.mlp.c_proj", h, w.feed_forward, True)
            continue
        if kind != "phi3":
            w.linear(f"{name}.mlp.gate_proj", w.feed_forward, h)
            w.linear(f"{name}.mlp.up_proj", w.feed_forward, h)
        w.linear(f"{name}.mlp.down_proj", h, w.feed_forward)
    w.norm("model.final_layernorm" if phi else "model.norm", bias=centred, around=around)
    if kind not in TIED and not config.get("tie_word_embeddings"):
        w.linear("lm_head", VOCABULARY, h, phi)


def opt(w, config):
    name, width = "model.decoder", config["word_embed_proj_dim"]
    before = config.get("do_layer_norm_before", True)
    w.matrix(f"{name}.embed_tokens", VOCABULARY, width, 1.0)
    w.matrix(f"{name}.embed_positions", POSITIONS + 2, w.hidden, 0.5)
    if width != w.hidden:
        w.linear(f"{name}.project_in", w.hidden, width)
        w.linear(f"{name}.project_out", width, w.hidden)
    for layer in range(config["num_hidden_layers"]):
        block = f"{name}.layers.{layer}"
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            w.linear(f"{block}.self_attn.{part}", w.hidden, w.hidden, True)
        w.linear(f"{block}.fc1", w.feed_forward, w.hidden, True)
        w.linear(f"{block}.fc2", w.hidden, w.feed_forward, True)
        w.norm(f"{block}.self_attn_layer_norm", bias=True)
        w.norm(f"{block}.final_layer_norm", bias=True)
    if before:
        w.norm(f"{name}.final_layer_norm", bias=True)


def gpt2(w, config):
    w.matrix("transformer.wte", VOCABULARY, w.hidden, 1.0)
    w.matrix("transformer.wpe", POSITIONS, w.hidden, 0.5)
    for layer in range(config["n_layer"]):
        block = f"transformer.h.{layer}"
        for part, rows, columns in (("attn.c_attn", 3 * w.hidden, w.hidden), ("attn.c_proj", w.hidden, w.hidden),
                                    ("mlp.c_fc", w.feed_forward, w.hidden), ("mlp.c_proj", w.hidden, w.feed_forward)):
            w.linear(f"{block}.{part}", rows, columns, True, transposed=True)
        w.norm(f"{block}.ln_1", bias=True)
        w.norm(f"{block}.ln_2", bias=True)
    w.norm("transformer.ln_f", bias=True)


def gpt_neox(w, config):
    w.matrix("gpt_neox.embed_in", VOCABULARY, w.hidden, 1.0)
    for layer in range(config["num_hidden_layers"]):
        block = f"gpt_neox.layers.{layer}"
        for part, rows, columns in (("attention.query_key_value", 3 * w.hidden, w.hidden), ("attention.dense", w.hidden, w.hidden),
                                    ("mlp.dense_h_to_4h", w.feed_forward, w.hidden), ("mlp.dense_4h_to_h", w.hidden, w.feed_forward)):
            w.linear(f"{block}.{part}", rows, columns, True)
        w.norm(f"{block}.input_layernorm", bias=True)
        w.norm(f"{block}.post_attention_layernorm", bias=True)
    w.norm("gpt_neox.final_layer_norm", bias=True)
    w.linear("embed_out", VOCABULARY, w.hidden)


def distilbert(w, config):
    w.matrix("distilbert.embeddings.word_embeddings", VOCABULARY, w.hidden, 1.0)
    w.matrix("distilbert.embeddings.position_embeddings", POSITIONS, w.hidden, 0.5)
    w.norm("distilbert.embeddings.LayerNorm", bias=True)
    for layer in range(config["n_layers"]):
        block = f"distilbert.transformer.layer.{layer}"
        for part in ("q_lin", "k_lin", "v_lin", "out_lin"):
            w.linear(f"{block}.attention.{part}", w.hidden, w.hidden, True)
        w.norm(f"{block}.sa_layer_norm", bias=True)
        w.linear(f"{block}.ffn.lin1", w.feed_forward, w.hidden, True)
        w.linear(f"{block}.ffn.lin2", w.hidden, w.feed_forward, True)
        w.norm(f"{block}.output_layer_norm", bias=True)
    w.linear("vocab_transform", w.hidden, w.hidden, True)


def bert(w, kind, config):
    # BERT as it is saved without a head, RoBERTa with one and in front of it the name of the trunk.
    base = "" if kind == "bert" else "roberta."
    extra = 0 if kind == "bert" else 2
    w.matrix(f"{base}embeddings.word_embeddings", VOCABULARY, w.hidden, 1.0)
    w.matrix(f"{base}embeddings.position_embeddings", POSITIONS + extra, w.hidden, 0.5)
    w.matrix(f"{base}embeddings.token_type_embeddings", config["type_vocab_size"], w.hidden, 0.5)
    w.norm(f"{base}embeddings.LayerNorm", bias=True)
    for layer in range(config["num_hidden_layers"]):
        block = f"{base}encoder.layer.{layer}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            w.linear(f"{block}.{part}", w.hidden, w.hidden, True)
        w.linear(f"{block}.intermediate.dense", w.feed_forward, w.hidden, True)
        w.linear(f"{block}.output.dense", w.hidden, w.feed_forward, True)
        w.norm(f"{block}.attention.output.LayerNorm", bias=True)
        w.norm(f"{block}.output.LayerNorm", bias=True)
    if kind == "bert":
        w.linear("pooler.dense", w.hidden, w.hidden, True)
    else:
        w.linear("lm_head.dense", w.hidden, w.hidden, True)


def vit(w, config):
    patch = config["patch_size"]
    count = (config["image_size"] // patch) ** 2
    kernel = w.random.normal(0, 0.2, (w.hidden, 3, patch, patch)).astype(np.float32)
    w.tensors["vit.embeddings.patch_embeddings.projection.weight"] = kernel
    w.vector("vit.embeddings.patch_embeddings.projection.bias", w.hidden)
    w.vector("vit.embeddings.cls_token", (1, 1, w.hidden))
    w.vector("vit.embeddings.position_embeddings", (1, count + 1, w.hidden))
    for layer in range(config["num_hidden_layers"]):
        block = f"vit.encoder.layer.{layer}"
        for part in ("attention.attention.query", "attention.attention.key", "attention.attention.value", "attention.output.dense"):
            w.linear(f"{block}.{part}", w.hidden, w.hidden, True)
        w.linear(f"{block}.intermediate.dense", w.feed_forward, w.hidden, True)
        w.linear(f"{block}.output.dense", w.hidden, w.feed_forward, True)
        w.norm(f"{block}.layernorm_before", bias=True)
        w.norm(f"{block}.layernorm_after", bias=True)
    w.norm("vit.layernorm", bias=True)
    w.linear("classifier", 3, w.hidden, True)


def plain(name, kind, more, seed):
    config = {"model_type": kind, "hidden_size": HIDDEN, "intermediate_size": FEED_FORWARD, "vocab_size": VOCABULARY,
              "max_position_embeddings": POSITIONS + (2 if kind in ("roberta", "camembert") else 0)} | more
    if kind == "opt":
        config["ffn_dim"] = config.pop("intermediate_size")
    if kind == "gpt2":
        for key in ("hidden_size", "intermediate_size", "max_position_embeddings"):
            config.pop(key)
    if kind == "distilbert":
        for key in ("hidden_size", "intermediate_size"):
            config.pop(key)
    w = Writer(seed)
    build = {"opt": lambda: opt(w, config), "gpt2": lambda: gpt2(w, config), "bert": lambda: bert(w, kind, config),
             "roberta": lambda: bert(w, kind, config), "camembert": lambda: bert(w, kind, config),
             "distilbert": lambda: distilbert(w, config), "gpt_neox": lambda: gpt_neox(w, config), "vit": lambda: vit(w, config)}
    build.get(kind, lambda: decoder(w, kind, config))()
    return config, w.tensors, {}


def words(codes, bits):
    """A list of codes as little-endian words of 32 bits: bit after bit."""
    text = "".join(f"{code:0{bits}b}"[::-1] for code in codes)
    text += "0" * (-len(text) % 32)
    return [int(text[i : i + 32][::-1], 2) for i in range(0, len(text), 32)]


def signed(rows):
    return np.array(rows, np.uint32).view(np.int32)


AWQ_COLUMNS = [0, 2, 4, 6, 1, 3, 5, 7]


def awq_words(codes):
    return [sum(int(codes[c + AWQ_COLUMNS[n]]) << 4 * n for n in range(8)) for c in range(0, len(codes), 8)]


def pack(name, weight, random):
    """Tensors of a module and its weights [outputs, inputs]."""
    outputs, inputs = weight.shape
    if name == "bitnet":
        # Row r, r + R, r + 2R and r + 3R share a byte; the scale divides.
        codes, quarter = random.integers(0, 3, (outputs, inputs)), outputs // 4
        stored = sum(codes[k * quarter : (k + 1) * quarter] << 2 * k for k in range(4)).astype(np.uint8)
        scale = np.array([6.5], np.float32)
        return {"weight": stored, "weight_scale": scale}, (codes - 1.0) * np.float64(np.float32(1) / scale[0])
    bits = {"gptq-2": 2, "gptq-3": 3, "gptq-8": 8}.get(name, 4)
    size = 16
    groups = inputs // size
    index = np.arange(inputs) // size
    if name == "gptq-act-order":
        index = random.permutation(index)
    codes = random.integers(0, 2**bits, (outputs, inputs))
    # Published files never have a zero point of 0, but one that wraps is read.
    zeros = random.integers(0, 2**bits, (outputs, groups))
    scales = (random.uniform(0.5, 1.5, (outputs, groups)) * inputs**-0.5 / 2**bits).astype(np.float16)
    scales[0, 0] *= -1
    weights = scales.astype(np.float64)[:, index] * (codes - zeros[:, index])
    if name == "awq":
        tensors = {"qweight": signed([awq_words(codes[:, i]) for i in range(inputs)]),
                   "qzeros": signed([awq_words(zeros[:, g]) for g in range(groups)])}
    else:
        stored = zeros if name == "gptq-v2" else (zeros - 1) % 2**bits
        tensors = {"qweight": signed([words(codes[o], bits) for o in range(outputs)]).T.copy(),
                   "qzeros": signed([words(stored[:, g], bits) for g in range(groups)]), "g_idx": index.astype(np.int32)}
    return tensors | {"scales": scales.T.copy()}, weights


def packed(name, seed):
    quantization = {"quant_method": "gptq", "bits": {"gptq-2": 2, "gptq-3": 3, "gptq-8": 8}.get(name, 4), "group_size": 16, "sym": False,
                    "desc_act": name == "gptq-act-order", "checkpoint_format": "gptq_v2" if name == "gptq-v2" else "gptq"}
    if name == "awq":
        quantization = {"quant_method": "awq", "bits": 4, "group_size": 16, "zero_point": True, "version": "gemm"}
    if name == "bitnet":
        quantization = {"quant_method": "bitnet", "linear_class": "bitlinear", "quantization_mode": "offline"}
    config = {"model_type": "llama", "hidden_size": 32, "intermediate_size": 64, "vocab_size": VOCABULARY,
              "max_position_embeddings": POSITIONS, "quantization_config": quantization} | LLAMA | {"num_hidden_layers": 1}
    config["num_key_value_heads"] = 2
    w = Writer(seed, 32, 64)
    decoder(w, "llama", config)
    tensors, weights = {}, {}
    for key, value in w.tensors.items():
        if "_proj." not in key:
            tensors[key] = value
            continue
        module = key.removesuffix(".weight")
        parts, weights[module] = pack(name, value, w.random)
        tensors.update({f"{module}.{part}": tensor for part, tensor in parts.items()})
    return config, tensors, weights


def lines(rows):
    return "".join(" ".join(f"{value:.9g}" for value in row) + "\n" for row in rows)


def save(folder, name, config, tensors, weights, seed):
    place = os.path.join(folder, name)
    os.makedirs(place, exist_ok=True)
    with open(os.path.join(place, "config.json"), "w") as file:
        json.dump(config, file, indent=1)
        file.write("\n")
    if name == "qwen3":
        shards(place, tensors)
    else:
        safetensors_file.write(os.path.join(place, "model.safetensors"), tensors)
    random = np.random.default_rng(seed)
    if name == "vit":
        entered = random.normal(0, 1, (1, config["image_size"], config["image_size"], 3)).astype(np.float32)
    else:
        entered = random.integers(0, VOCABULARY, TOKENS)
    expected = Model(config, tensors, weights).outputs(entered)
    with open(os.path.join(place, "expected.txt"), "w") as file:
        file.write(lines([np.ravel(entered)]) + lines(expected))
    if weights:
        module = "model.layers.0.mlp.down_proj"
        with open(os.path.join(place, "module.txt"), "w") as file:
            file.write(module + "\n" + lines(weights[module]))


def shards(place, tensors):
    names = list(tensors)
    parts = [names[: len(names) // 2], names[len(names) // 2 :]]
    files = [f"model-{i + 1:05d}-of-00002.safetensors" for i in range(2)]
    for file, part in zip(files, parts):
        safetensors_file.write(os.path.join(place, file), {name: tensors[name] for name in part})
    index = {"metadata": {"total_size": sum(t.nbytes for t in tensors.values())},
             "weight_map": {name: file for file, part in zip(files, parts) for name in part}}
    with open(os.path.join(place, "model.safetensors.index.json"), "w") as file:
        json.dump(index, file, indent=1)
        file.write("\n")


def main():
    for seed, (name, kind, more) in enumerate(MODELS):
        save(sys.argv[1], name, *plain(name, kind, more, seed), seed)
    for seed, name in enumerate(PACKED):
        save(sys.argv[1], name, *packed(name, 100 + seed), seed)


if __name__ == "__main__":
    main()
