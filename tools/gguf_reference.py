"""Logits of a GGUF model by numpy, to compare an imported graph with (pip install gguf numpy).

    accelsim import MODEL.gguf -o out/graph.json
    accelsim run out/graph.json --arch mac-fp16 --bind seq=4 --bind past=0 --bind capacity=16 --input tokens=tokens.npy \\
        --outputs out
    python3 tools/gguf_reference.py MODEL.gguf --tokens tokens.npy --output out/output.npy

The file is dequantised by the package `gguf` and computed with in binary64. With --round (the default is `f16`), what enters a
product is rounded as the graph of `--weights f16 --activations f16` has it: weights, activations, queries, keys, values and
probabilities to binary16. The formulas are those of the models' publications and of llama.cpp, written out here once more.
"""

import argparse
import math
import sys

import gguf
import numpy as np
from gguf import quants

NEIGHBOURS = {"llama", "granite", "smollm3", "olmo", "command-r"}
TANH_GELU = {"gemma", "gemma2", "gemma3", "phi2", "gpt2", "starcoder2", "gptneox", "falcon", "bloom", "mpt", "starcoder"}
# LayerNorm whatever tensors there are.
CENTRED = {"olmo", "command-r", "mpt"}
SLOPES = {"bloom", "mpt"}
POSITIONED = {"gpt2", "starcoder"}
UNGATED = {"phi2", "gpt2", "starcoder2", "gptneox", "falcon", "bloom", "mpt", "starcoder", "nemotron"}


class Model:
    def __init__(self, path, rounding="f16"):
        self.reader = gguf.GGUFReader(path)
        self.tensors = {t.name: t for t in self.reader.tensors}
        self.arch = self.field("general.architecture")
        self.rounding = rounding
        key = lambda name, default=None: self.field(f"{self.arch}.{name}", default)
        self.layers = key("block_count")
        self.hidden = key("embedding_length")
        self.heads = key("attention.head_count")
        self.groups = key("attention.head_count_kv", self.heads)
        self.width = key("attention.key_length", self.hidden // self.heads)
        self.turned = key("rope.dimension_count", self.width)
        self.base = key("rope.freq_base", 10000.0)
        self.slowed = key("rope.scaling.factor", 1.0)
        self.epsilon = key("attention.layer_norm_rms_epsilon", key("attention.layer_norm_epsilon"))
        self.window = key("attention.sliding_window", 4096 if self.arch == "gemma2" else 0)
        if self.arch == "phi3":
            self.window = 0
        self.attention_scale = key("attention.scale", 1 / math.sqrt(self.width))
        self.embedding_scale, self.residual_scale = key("embedding_scale", 1), key("residual_scale", 1)
        self.logit_scale = key("logit_scale", 1)
        self.clip = key("attention.clamp_kqv", 0)
        self.steepness = key("attention.max_alibi_bias", 8)
        self.is_parallel = key("use_parallel_residual", False)
        self.attention_cap = key("attn_logit_softcapping", 50.0 if self.arch == "gemma2" else 0)
        self.score_cap = key("final_logit_softcapping", 30.0 if self.arch == "gemma2" else 0)

    def field(self, name, default=None):
        field = self.reader.fields.get(name)
        return default if field is None else field.contents()

    def narrow(self, x):
        return np.asarray(x, np.float32).astype(np.float16).astype(np.float64) if self.rounding == "f16" else x

    def tensor(self, name, narrowed=False):
        """Numbers of a tensor, outermost axis first; None when there is none."""
        stored = self.tensors.get(name)
        if stored is None:
            return None
        values = quants.dequantize(stored.data, stored.tensor_type).astype(np.float64)
        return self.narrow(values) if narrowed else values

    def linear(self, x, name, rows=None):
        """x comes narrowed. `rows` are those of a fused tensor."""
        weight, bias = self.tensor(f"{name}.weight", narrowed=True), self.tensor(f"{name}.bias")
        if rows is not None:
            weight, bias = weight[rows], None if bias is None else bias[rows]
        y = x @ weight.T
        return y if bias is None else y + bias

    def norm(self, x, name):
        gain, bias = self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")
        if bias is not None or self.arch in CENTRED:
            x = x - x.mean(-1, keepdims=True)
        y = x / np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon) * (1 if gain is None else gain)
        return y if bias is None else y + bias

    def activation(self, x):
        if self.arch in TANH_GELU:
            return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        if self.arch == "nemotron":
            return np.maximum(x, 0) ** 2
        return x / (1 + np.exp(-x))

    def is_local(self, layer):
        if self.arch == "gemma2":
            return layer % 2 == 0
        if self.arch == "gemma3":
            return self.window > 0 and layer % 6 < 5
        return self.window > 0

    def rope(self, x, layer):
        """x [heads, tokens, width]"""
        if self.arch in POSITIONED | SLOPES or (self.arch == "smollm3" and layer % 4 == 3):
            return x
        base = 10000.0 if self.arch == "gemma3" and self.is_local(layer) else self.base
        half = self.turned // 2
        divisors = self.tensor("rope_freqs.weight")
        frequencies = float(base) ** (-2 * np.arange(half) / self.turned) / (1 if divisors is None else divisors)
        if not (self.arch == "gemma3" and self.is_local(layer)):
            frequencies = frequencies / self.slowed
        angle = np.arange(x.shape[1])[:, None] * frequencies
        cosine, sine = np.cos(angle), np.sin(angle)
        y = x.copy()
        if self.arch in NEIGHBOURS:
            first, second = slice(0, self.turned, 2), slice(1, self.turned, 2)
        else:
            first, second = slice(0, half), slice(half, self.turned)
        y[..., first] = x[..., first] * cosine - x[..., second] * sine
        y[..., second] = x[..., second] * cosine + x[..., first] * sine
        return y

    def project(self, codes, block):
        """Queries, keys and values [heads, tokens, width]."""
        q, kv = self.heads * self.width, self.groups * self.width
        if f"{block}.attn_qkv.weight" in self.tensors:
            rows = [slice(0, q), slice(q, q + kv), slice(q + kv, q + 2 * kv)]
            parts = [self.linear(codes, f"{block}.attn_qkv", r) for r in rows]
        else:
            parts = [self.linear(codes, f"{block}.attn_{n}") for n in "qkv"]
        if self.clip:
            parts = [np.clip(part, -self.clip, self.clip) for part in parts]
        if self.arch == "olmo2":
            parts[:2] = [self.norm(part, f"{block}.attn_{n}_norm") for part, n in zip(parts, "qk")]
        return [p.reshape(len(codes), -1, self.width).transpose(1, 0, 2) for p in parts]

    def attention(self, codes, layer):
        block = f"blk.{layer}"
        q, k, v = self.project(codes, block)
        if self.arch in ("qwen3", "gemma3"):
            q, k = self.norm(q, f"{block}.attn_q_norm"), self.norm(k, f"{block}.attn_k_norm")
        q, k, v = self.narrow(self.rope(q, layer)), self.narrow(self.rope(k, layer)), self.narrow(v)
        k, v = (np.repeat(t, self.heads // self.groups, axis=0) for t in (k, v))
        scores = q @ k.transpose(0, 2, 1) * self.attention_scale
        if self.attention_cap:
            scores = self.attention_cap * np.tanh(scores / self.attention_cap)
        row, column = np.indices(scores.shape[1:])
        if self.arch in SLOPES:
            # Of a power of two of heads.
            slopes = 2.0 ** (-self.steepness * np.arange(1, self.heads + 1) / self.heads)
            scores = scores + slopes[:, None, None] * (column - row)
        hidden = column > row
        if self.is_local(layer):
            hidden |= column <= row - self.window
        scores = np.where(hidden, -np.inf, scores)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        mixed = (self.narrow(weights) @ v).transpose(1, 0, 2).reshape(len(codes), -1)
        return self.linear(self.narrow(mixed), f"{block}.attn_output")

    def forward(self, codes, layer):
        block = f"blk.{layer}"
        if self.arch in UNGATED:
            inner = self.activation(self.linear(codes, f"{block}.ffn_up"))
        elif f"{block}.ffn_gate.weight" in self.tensors:
            inner = self.activation(self.linear(codes, f"{block}.ffn_gate")) * self.linear(codes, f"{block}.ffn_up")
        else:
            both = self.linear(codes, f"{block}.ffn_up")
            half = both.shape[-1] // 2
            inner = self.activation(both[:, :half]) * both[:, half:]
        return self.linear(self.narrow(inner), f"{block}.ffn_down")

    def logits(self, tokens):
        table = self.tensor("token_embd.weight", narrowed=True)
        x = table[tokens]
        if self.arch.startswith("gemma"):
            x = x * np.float64(np.sqrt(np.float32(self.hidden)))
        x = x * self.embedding_scale
        if self.arch in POSITIONED:
            x = x + self.tensor("position_embd.weight", narrowed=True)[: len(tokens)]
        if self.arch == "bloom":
            x = self.norm(x, "token_embd_norm")
        for layer in range(self.layers):
            x = self.block(x, layer)
        codes = self.narrow(self.norm(x, "output_norm"))
        scores = self.linear(codes, "output") if "output.weight" in self.tensors else codes @ table.T
        scores = scores * self.logit_scale if self.arch == "command-r" else scores / self.logit_scale
        return self.score_cap * np.tanh(scores / self.score_cap) if self.score_cap else scores

    def block(self, x, layer):
        block = f"blk.{layer}"
        codes = self.narrow(x if self.arch == "olmo2" else self.norm(x, f"{block}.attn_norm"))
        if f"{block}.attn_norm_2.weight" in self.tensors:
            first = self.narrow(self.norm(x, f"{block}.attn_norm_2"))
            return x + self.attention(first, layer) + self.forward(codes, layer)
        attended = self.attention(codes, layer)
        if self.is_parallel:
            return x + attended + self.forward(self.narrow(self.norm(x, f"{block}.ffn_norm")), layer)
        if self.arch not in ("olmo", "olmo2") and f"{block}.ffn_norm.weight" not in self.tensors:
            return x + attended + self.forward(codes, layer)
        if f"{block}.post_attention_norm.weight" in self.tensors:
            attended = self.norm(attended, f"{block}.post_attention_norm")
        x = x + self.residual_scale * attended
        forwarded = self.forward(self.narrow(x if self.arch == "olmo2" else self.norm(x, f"{block}.ffn_norm")), layer)
        if f"{block}.post_ffw_norm.weight" in self.tensors:
            forwarded = self.norm(forwarded, f"{block}.post_ffw_norm")
        return x + self.residual_scale * forwarded


def signal_to_noise(found, expected):
    """Decibels."""
    return float(10 * np.log10((expected**2).sum() / ((found - expected) ** 2).sum()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--tokens", required=True, help=".npy of whole numbers")
    parser.add_argument("--round", choices=["f16", "none"], default="f16")
    parser.add_argument("--output", help=".npy of logits [tokens, vocabulary] to compare with; left out, they are only printed")
    parser.add_argument("--limit", type=float, default=1e-3, help="greatest difference")
    options = parser.parse_args()
    expected = Model(options.model, options.round).logits(np.load(options.tokens).astype(int))
    print("greatest logits:", expected.argmax(-1).tolist(), np.round(expected.max(-1), 4).tolist())
    if not options.output:
        return
    found = np.load(options.output)
    if found.shape != expected.shape:
        sys.exit(f"{options.output} has shape {found.shape}, expected {expected.shape}")
    difference = np.abs(found - expected)
    print(f"difference: greatest {difference.max():.6f}, root mean square {np.sqrt((difference**2).mean()):.6f}")
    print(f"signal to noise {signal_to_noise(found, expected):.1f} dB, same greatest logit in {(found.argmax(-1) == expected.argmax(-1)).sum()} of {len(found)}")
    if not difference.max() <= options.limit:
        sys.exit(f"the logits differ by more than {options.limit}")


if __name__ == "__main__":
    main()
