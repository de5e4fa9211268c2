"""Outputs of a checkpoint in the Hugging Face layout by numpy, to compare an imported graph with (pip install numpy).

    accelsim import FOLDER -o out/graph.json --weights f32 --activations f32
    accelsim golden out/graph.json --bind seq=4 --bind past=0 --bind capacity=16 --input tokens=tokens.npy --outputs out
    python3 -m tools.huggingface_reference FOLDER --tokens tokens.npy --output out/output.npy

Computed in binary64, by the formulas of the models' publications and of huggingface/transformers (`modeling_*.py`), written out here
once more. Of encoders (BERT, ViT without classes) the result is what leaves the last block.
"""

import argparse
import glob
import json
import math
import os
import sys

import numpy as np

from tools import safetensors_file


def gelu(x):
    return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


ACTIVATIONS = {
    "silu": lambda x: x / (1 + np.exp(-x)), "gelu": gelu, "gelu_new": gelu_tanh, "gelu_pytorch_tanh": gelu_tanh,
    "relu": lambda x: np.maximum(x, 0), "relu2": lambda x: np.maximum(x, 0) ** 2,
}

ROTARY = {"llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "phi", "phi3", "bitnet", "granite", "olmo2",
          "stablelm", "starcoder2", "gpt_neox", "smollm3"}


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


class Model:
    """`weights` maps modules to matrices [outputs, inputs] that stand in for packed ones."""

    def __init__(self, config, tensors, weights=None):
        self.config, self.type = config, config["model_type"]
        self.tensors = {name: np.asarray(value, np.float64) for name, value in tensors.items()}
        self.weights = weights or {}
        self.heads = config.get("num_attention_heads", config.get("n_head", config.get("n_heads")))
        self.hidden = config.get("hidden_size", config.get("n_embd", config.get("dim")))
        self.layers = config.get("num_hidden_layers", config.get("n_layer", config.get("n_layers")))
        self.groups = config.get("num_key_value_heads", self.heads)
        self.width = config.get("head_dim") or self.hidden // self.heads
        keys = ("rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon")
        self.epsilon = next((config[k] for k in keys if k in config), 1e-12 if self.type == "distilbert" else 1e-5)
        self.parallel = config.get("use_parallel_residual", self.type in ("phi", "gpt_neox"))

    @staticmethod
    def load(folder):
        with open(os.path.join(folder, "config.json")) as file:
            config = json.load(file)
        tensors = {}
        for path in sorted(glob.glob(os.path.join(folder, "*.safetensors"))):
            tensors.update(safetensors_file.read(path))
        return Model(config, tensors)

    def linear(self, x, name):
        if name in self.weights:
            y = x @ self.weights[name].T
        elif self.type == "gpt2" and f"{name}.bias" in self.tensors:
            y = x @ self.tensors[f"{name}.weight"]
        else:
            y = x @ self.tensors[f"{name}.weight"].T
        return y + self.tensors[f"{name}.bias"] if f"{name}.bias" in self.tensors else y

    def norm(self, x, name):
        gain, bias = self.tensors[f"{name}.weight"], self.tensors.get(f"{name}.bias")
        if self.type.startswith("gemma"):
            gain = gain + 1
        if bias is not None:
            x = x - x.mean(-1, keepdims=True)
        y = x / np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon) * gain
        return y if bias is None else y + bias

    def frequencies(self, layer):
        """Radians per position of each pair, and the factor of cosines and sines."""
        config = self.config
        base = config.get("rope_theta", config.get("rotary_emb_base", 2e6 if self.type == "smollm3" else 10000.0))
        share = config.get("partial_rotary_factor", config.get("rotary_pct", 0.25 if self.type == "stablelm" else 1.0))
        turned = int(self.width * share)
        if self.type == "gemma3_text" and self.window(layer):
            return config["rope_local_base_freq"] ** (-np.arange(0, turned, 2) / turned), 1.0
        f = float(base) ** (-np.arange(0, turned, 2) / turned)
        s = config.get("rope_scaling") or {"rope_type": "default"}
        kind, factor = s.get("rope_type", s.get("type")), s.get("factor", 1.0)
        if kind == "linear":
            return f / factor, 1.0
        if kind == "llama3":
            length = 2 * math.pi / f
            context, low, high = s["original_max_position_embeddings"], s["low_freq_factor"], s["high_freq_factor"]
            smooth = (context / length - low) / (high - low)
            middle = (1 - smooth) * f / factor + smooth * f
            return np.where(length > context / low, f / factor, np.where(length < context / high, f, middle)), 1.0
        if kind == "yarn":
            context = s["original_max_position_embeddings"]

            def dimension(rotations):
                return turned * math.log(context / (rotations * 2 * math.pi)) / (2 * math.log(base))

            low = max(math.floor(dimension(s.get("beta_fast", 32))), 0)
            high = min(math.ceil(dimension(s.get("beta_slow", 1))), turned - 1)
            ramp = np.clip((np.arange(turned // 2) - low) / (high - low if high != low else 0.001), 0, 1)
            return f / factor * ramp + f * (1 - ramp), 0.1 * math.log(factor) + 1
        return f, 1.0

    def rope(self, x, layer):
        """x [heads, tokens, width]; feature i turns with i + half."""
        f, magnitude = self.frequencies(layer)
        half = len(f)
        angle = np.arange(x.shape[1])[:, None] * f
        cosine, sine = magnitude * np.cos(angle), magnitude * np.sin(angle)
        y = x.copy()
        a, b = x[..., :half], x[..., half : 2 * half]
        y[..., :half], y[..., half : 2 * half] = a * cosine - b * sine, b * cosine + a * sine
        return y

    def turns(self, layer):
        if self.type != "smollm3":
            return True
        stated = self.config.get("no_rope_layers")
        return bool(stated[layer]) if stated else (layer + 1) % self.config.get("no_rope_layer_interval", 4) != 0

    def window(self, layer):
        """Tokens that a layer sees; 0 when all."""
        window = self.config.get("sliding_window") or 0
        if self.type in ("qwen2", "qwen3") and not self.config.get("use_sliding_window"):
            return 0
        if self.type == "gemma2":
            return window if layer % 2 == 0 else 0
        if self.type == "gemma3_text":
            return window if (layer + 1) % self.config.get("sliding_window_pattern", 6) else 0
        return window

    def attention(self, q, k, v, layer, causal=True):
        """[tokens, heads * width] each."""
        prefix = f"model.layers.{layer}.self_attn"
        if self.type == "olmo2":
            q, k = self.norm(q, f"{prefix}.q_norm"), self.norm(k, f"{prefix}.k_norm")
        q, k, v = (t.reshape(len(t), -1, self.width).transpose(1, 0, 2) for t in (q, k, v))
        if self.type in ("qwen3", "gemma3_text"):
            q, k = self.norm(q, f"{prefix}.q_norm"), self.norm(k, f"{prefix}.k_norm")
        if self.type in ROTARY and self.turns(layer):
            q, k = self.rope(q, layer), self.rope(k, layer)
        k, v = (np.repeat(t, self.heads // (len(t)), axis=0) for t in (k, v))
        scale = self.config.get("attention_multiplier", self.config.get("query_pre_attn_scalar", self.width) ** -0.5)
        scores = q @ k.transpose(0, 2, 1) * scale
        cap = self.config.get("attn_logit_softcapping")
        if cap:
            scores = cap * np.tanh(scores / cap)
        if causal:
            row, column = np.indices(scores.shape[1:])
            hidden, window = column > row, self.window(layer)
            if window:
                hidden |= column <= row - window
            scores = np.where(hidden, -np.inf, scores)
        return (softmax(scores) @ v).transpose(1, 0, 2).reshape(q.shape[1], -1)

    def act(self, x):
        keys = ("hidden_activation", "hidden_act", "activation_function", "activation")
        return ACTIVATIONS[next(self.config[k] for k in keys if k in self.config)](x)

    def llama_block(self, x, layer):
        name = f"model.layers.{layer}"
        around = self.type in ("gemma2", "gemma3_text")
        behind = around or self.type == "olmo2"
        added = self.config.get("residual_multiplier", 1.0)
        h = x if self.type == "olmo2" else self.norm(x, f"{name}.input_layernorm")
        if self.type == "phi3":
            both = self.linear(h, f"{name}.self_attn.qkv_proj")
            q, k, v = np.split(both, np.cumsum([self.heads * self.width, self.groups * self.width]), axis=-1)
        else:
            q, k, v = (self.linear(h, f"{name}.self_attn.{n}_proj") for n in "qkv")
        mixed = self.attention(q, k, v, layer)
        if self.type == "bitnet":
            mixed = self.norm(mixed, f"{name}.self_attn.attn_sub_norm")
        mixed = self.linear(mixed, f"{name}.self_attn.dense" if self.type == "phi" else f"{name}.self_attn.o_proj")
        if self.parallel:
            return x + mixed + self.forward(h, name)
        x = x + added * (self.norm(mixed, f"{name}.post_attention_layernorm") if behind else mixed)
        if self.type == "olmo2":
            h = x
        else:
            h = self.norm(x, f"{name}.pre_feedforward_layernorm" if around else f"{name}.post_attention_layernorm")
        out = self.forward(h, name)
        return x + added * (self.norm(out, f"{name}.post_feedforward_layernorm") if behind else out)

    def forward(self, h, name):
        if self.type in ("phi", "starcoder2"):
            first, second = ("fc1", "fc2") if self.type == "phi" else ("c_fc", "c_proj")
            return self.linear(self.act(self.linear(h, f"{name}.mlp.{first}")), f"{name}.mlp.{second}")
        if self.type == "phi3":
            gate, up = np.split(self.linear(h, f"{name}.mlp.gate_up_proj"), 2, axis=-1)
        else:
            gate, up = self.linear(h, f"{name}.mlp.gate_proj"), self.linear(h, f"{name}.mlp.up_proj")
        inner = self.act(gate) * up
        if self.type == "bitnet":
            inner = self.norm(inner, f"{name}.mlp.ffn_sub_norm")
        return self.linear(inner, f"{name}.mlp.down_proj")

    def llama(self, tokens):
        table = self.tensors["model.embed_tokens.weight"]
        x = table[tokens]
        if self.type.startswith("gemma"):
            x = x * math.sqrt(self.hidden)
        x = x * self.config.get("embedding_multiplier", 1.0)
        for layer in range(self.layers):
            x = self.llama_block(x, layer)
        x = self.norm(x, "model.final_layernorm" if self.type == "phi" else "model.norm")
        scores = self.linear(x, "lm_head") if "lm_head.weight" in self.tensors else x @ table.T
        scores = scores / self.config.get("logits_scaling", 1.0)
        cap = self.config.get("final_logit_softcapping")
        return cap * np.tanh(scores / cap) if cap else scores

    def opt(self, tokens):
        name = "model.decoder"
        table = self.tensors[f"{name}.embed_tokens.weight"]
        x = table[tokens]
        if f"{name}.project_in.weight" in self.tensors:
            x = self.linear(x, f"{name}.project_in")
        x = x + self.tensors[f"{name}.embed_positions.weight"][2 : 2 + len(tokens)]
        before = self.config.get("do_layer_norm_before", True)
        for layer in range(self.layers):
            block = f"{name}.layers.{layer}"
            h = self.norm(x, f"{block}.self_attn_layer_norm") if before else x
            q, k, v = (self.linear(h, f"{block}.self_attn.{n}_proj") for n in "qkv")
            x = x + self.linear(self.attention(q, k, v, layer), f"{block}.self_attn.out_proj")
            x = x if before else self.norm(x, f"{block}.self_attn_layer_norm")
            h = self.norm(x, f"{block}.final_layer_norm") if before else x
            x = x + self.linear(self.act(self.linear(h, f"{block}.fc1")), f"{block}.fc2")
            x = x if before else self.norm(x, f"{block}.final_layer_norm")
        x = self.norm(x, f"{name}.final_layer_norm") if before else x
        if f"{name}.project_out.weight" in self.tensors:
            x = self.linear(x, f"{name}.project_out")
        return x @ table.T

    def gpt2(self, tokens):
        table = self.tensors["transformer.wte.weight"]
        x = table[tokens] + self.tensors["transformer.wpe.weight"][: len(tokens)]
        for layer in range(self.layers):
            block = f"transformer.h.{layer}"
            q, k, v = np.split(self.linear(self.norm(x, f"{block}.ln_1"), f"{block}.attn.c_attn"), 3, axis=-1)
            x = x + self.linear(self.attention(q, k, v, layer), f"{block}.attn.c_proj")
            inner = self.act(self.linear(self.norm(x, f"{block}.ln_2"), f"{block}.mlp.c_fc"))
            x = x + self.linear(inner, f"{block}.mlp.c_proj")
        return self.norm(x, "transformer.ln_f") @ table.T

    def gpt_neox(self, tokens):
        x = self.tensors["gpt_neox.embed_in.weight"][tokens]
        for layer in range(self.layers):
            block = f"gpt_neox.layers.{layer}"
            fused = self.linear(self.norm(x, f"{block}.input_layernorm"), f"{block}.attention.query_key_value")
            # A head has its query, key and value one behind another.
            q, k, v = (part.reshape(len(x), -1) for part in np.split(fused.reshape(len(x), self.heads, -1), 3, axis=-1))
            mixed = self.linear(self.attention(q, k, v, layer), f"{block}.attention.dense")
            h = self.norm(x if self.parallel else x + mixed, f"{block}.post_attention_layernorm")
            x = x + mixed + self.linear(self.act(self.linear(h, f"{block}.mlp.dense_h_to_4h")), f"{block}.mlp.dense_4h_to_h")
        return self.linear(self.norm(x, "gpt_neox.final_layer_norm"), "embed_out")

    def distilbert(self, tokens):
        e = "distilbert.embeddings"
        x = self.tensors[f"{e}.word_embeddings.weight"][tokens] + self.tensors[f"{e}.position_embeddings.weight"][: len(tokens)]
        x = self.norm(x, f"{e}.LayerNorm")
        for layer in range(self.layers):
            block = f"distilbert.transformer.layer.{layer}"
            q, k, v = (self.linear(x, f"{block}.attention.{n}_lin") for n in "qkv")
            mixed = self.linear(self.attention(q, k, v, layer, causal=False), f"{block}.attention.out_lin")
            x = self.norm(x + mixed, f"{block}.sa_layer_norm")
            out = self.linear(self.act(self.linear(x, f"{block}.ffn.lin1")), f"{block}.ffn.lin2")
            x = self.norm(x + out, f"{block}.output_layer_norm")
        return x

    def bert(self, tokens):
        trunk = "bert." if self.type == "bert" else "roberta."
        base = trunk if f"{trunk}embeddings.word_embeddings.weight" in self.tensors else ""
        e = f"{base}embeddings"
        first = 0 if self.type == "bert" else 2
        x = self.tensors[f"{e}.word_embeddings.weight"][tokens] + self.tensors[f"{e}.token_type_embeddings.weight"][0]
        x = x + self.tensors[f"{e}.position_embeddings.weight"][first : first + len(tokens)]
        x = self.norm(x, f"{e}.LayerNorm")
        for layer in range(self.layers):
            block = f"{base}encoder.layer.{layer}"
            q, k, v = (self.linear(x, f"{block}.attention.self.{n}") for n in ("query", "key", "value"))
            mixed = self.linear(self.attention(q, k, v, layer, causal=False), f"{block}.attention.output.dense")
            x = self.norm(x + mixed, f"{block}.attention.output.LayerNorm")
            out = self.linear(self.act(self.linear(x, f"{block}.intermediate.dense")), f"{block}.output.dense")
            x = self.norm(x + out, f"{block}.output.LayerNorm")
        return x

    def vit(self, image):
        """image [1, side, side, 3]"""
        patch = self.config["patch_size"]
        kernel = self.tensors["vit.embeddings.patch_embeddings.projection.weight"]
        side = image.shape[1] // patch
        squares = image[0].reshape(side, patch, side, patch, 3).transpose(0, 2, 4, 1, 3).reshape(side * side, -1)
        x = squares @ kernel.reshape(self.hidden, -1).T + self.tensors["vit.embeddings.patch_embeddings.projection.bias"]
        x = np.concatenate([self.tensors["vit.embeddings.cls_token"][0], x]) + self.tensors["vit.embeddings.position_embeddings"][0]
        for layer in range(self.layers):
            block = f"vit.encoder.layer.{layer}"
            h = self.norm(x, f"{block}.layernorm_before")
            q, k, v = (self.linear(h, f"{block}.attention.attention.{n}") for n in ("query", "key", "value"))
            x = x + self.linear(self.attention(q, k, v, layer, causal=False), f"{block}.attention.output.dense")
            h = self.norm(x, f"{block}.layernorm_after")
            x = x + self.linear(self.act(self.linear(h, f"{block}.intermediate.dense")), f"{block}.output.dense")
        x = self.norm(x, "vit.layernorm")
        return self.linear(x[:1], "classifier") if "classifier.weight" in self.tensors else x

    def outputs(self, entered):
        run = {"opt": self.opt, "gpt2": self.gpt2, "gpt_neox": self.gpt_neox, "distilbert": self.distilbert, "bert": self.bert,
               "roberta": self.bert, "camembert": self.bert, "vit": self.vit}
        return run.get(self.type, self.llama)(entered)


def cosines(found, expected):
    """Of each row."""
    a, b = found.astype(float), expected.astype(float)
    return (a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="folder")
    parser.add_argument("--tokens", required=True, help=".npy of whole numbers, or an image")
    parser.add_argument("--output", required=True, help=".npy to compare with")
    parser.add_argument("--limit", type=float, default=1e-3, help="greatest difference")
    options = parser.parse_args()
    expected = Model.load(options.model).outputs(np.load(options.tokens))
    found = np.load(options.output)
    if found.shape != expected.shape:
        sys.exit(f"{options.output} has shape {found.shape}, expected {expected.shape}")
    difference = np.abs(found - expected)
    print(f"difference: greatest {difference.max():.7f} of values up to {np.abs(expected).max():.3f}")
    means = cosines(found.mean(0), expected.mean(0))
    print(f"cosine: least of a row {cosines(found, expected).min():.9f}, of the means {means:.9f}")
    if not difference.max() <= options.limit:
        sys.exit(f"the outputs differ by more than {options.limit}")


if __name__ == "__main__":
    main()
