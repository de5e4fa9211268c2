"""Compares the output of accelsim for a graph of `llama_block.py` with the block computed in binary64 by numpy.

    accelsim run examples/llama-block-small/w4g128/graph.json --arch lut-tc \\
        --input x=examples/llama-block-small/w4g128/x.npy --outputs out
    python3 -m tools.llama_block_check examples/llama-block-small/w4g128/graph.json --output out/y.npy

Two signal-to-noise ratios are printed. Against the block with its activations quantised as the graph says, only the
rounding of f32 and a few codes that fall to the other side of a tie differ. Against the block with float activations,
all of the activation quantisation shows. The formulas are written out here, and not read from the graph's nodes, so a
wrong graph is found as well. The caches are taken as empty (all zero) before position `past`.
"""

import argparse
import os
import sys

import numpy as np

from tools.graph_format.reader import GraphFile

# Decibels below which the output is wrong. A code that falls to the other side of a tie leaves 50 to 70 in the small
# blocks (rounding of f32 alone 140); without rotation they still reach 16.
LEAST_QUANTISED = 40.0
LEAST_FLOAT = 20.0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph")
    parser.add_argument("--input", help="x.npy (default: the one beside the graph)")
    parser.add_argument("--output", help="y.npy of accelsim; left out, the two computations are compared")
    parser.add_argument("--past", type=int, default=0, help="position of the first row, as bound in the run")
    options = parser.parse_args()
    x = np.load(options.input or os.path.join(os.path.dirname(options.graph), "x.npy")).astype(np.float64)
    file = GraphFile(options.graph, {"seq": len(x), "past": options.past})
    quantised, ideal = (Model(file, quantises).run(x) for quantises in (True, False))
    print(f"quantised against float activations: {ratio(ideal, quantised):.1f} dB")
    if not options.output:
        return
    found = np.load(options.output)
    if found.shape != ideal.shape:
        sys.exit(f"{options.output} has shape {found.shape}, expected {ideal.shape}")
    near, far = ratio(quantised, found), ratio(ideal, found)
    print(f"{options.output} against quantised activations: {near:.1f} dB (at least {LEAST_QUANTISED:.0f})")
    print(f"{options.output} against float activations: {far:.1f} dB (at least {LEAST_FLOAT:.0f})")
    if not (near >= LEAST_QUANTISED and far >= LEAST_FLOAT):
        sys.exit("the output is too far from the block's definition")


def ratio(signal, found):
    """Signal-to-noise ratio in decibels."""
    noise = np.square(found - signal).sum()
    return np.inf if noise == 0 else 10 * np.log10(np.square(signal).sum() / noise)


class Model:
    """The blocks of a graph in binary64, activations quantised or not."""

    def __init__(self, file, quantises):
        self.file = file
        self.quantises = quantises
        self.past = file.symbols["past"]
        self.heads_of_cache, _, self.width = file.graph["states"][self.caches()[0]]["shape"]
        self.nodes = {node["name"]: node for node in file.nodes}

    def caches(self):
        return [name for name in self.file.graph["states"] if name.endswith("k.cache")]

    def run(self, x):
        for cache in self.caches():
            x = self.block(x, cache.removesuffix("k.cache"))
        return x

    def block(self, x, prefix):
        codes = self.per_token(self.norm(x, f"{prefix}attention_norm"))
        q, k, v = (self.split(self.linear(codes, f"{prefix}{name}")) for name in "qkv")
        scale = self.file.graph["states"][f"{prefix}k.cache"]["encoding"]["scale"]
        q, k = (self.static(self.rotate(part, f"{prefix}q.rope"), scale) for part in (q, k))
        mixed = self.attend(q, k, self.static(v, scale))
        x = x + self.linear(self.per_token(mixed), f"{prefix}o")
        codes = self.per_token(self.norm(x, f"{prefix}ffn_norm"))
        gate, up = (self.linear(codes, f"{prefix}{name}") for name in ("gate", "up"))
        return x + self.linear(self.per_token(gate / (1 + np.exp(-gate)) * up), f"{prefix}down")

    def norm(self, x, name):
        mean_square = np.square(x).mean(axis=-1, keepdims=True)
        return x / np.sqrt(mean_square + self.nodes[name]["epsilon"]) * self.file.constants[f"{name}.gamma"]

    def linear(self, x, name):
        values = self.file.constants[f"{name}.weight"]
        encoding = self.file.graph["constants"][f"{name}.weight"]["encoding"]
        scale = np.repeat(self.file.scale(encoding).astype(np.float64), encoding["group"], axis=1)
        return x @ ((values - encoding.get("zero", 0)) * scale[:, : values.shape[1]]).T

    def split(self, x):
        """[seq, heads * width] to [heads, seq, width]"""
        return x.reshape(len(x), -1, self.width).swapaxes(0, 1)

    def rotate(self, x, name):
        """Element i turns with element i + width / 2, by position * base^(-2 i / width)."""
        half = self.width // 2
        position = self.past + np.arange(x.shape[1])
        angle = position[:, None] * self.nodes[name]["base"] ** (-2 * np.arange(half) / self.width)
        first, second = x[..., :half], x[..., half:]
        cosine, sine = np.cos(angle), np.sin(angle)
        return np.concatenate([first * cosine - second * sine, second * cosine + first * sine], axis=-1)

    def attend(self, q, k, v):
        """Causal attention, each head of the cache serving heads / cache heads queries: [seq, heads * width]."""
        before = np.zeros((self.heads_of_cache, self.past, self.width))
        share = len(q) // self.heads_of_cache
        k, v = (np.repeat(np.concatenate([before, new], axis=1), share, axis=0) for new in (k, v))
        scores = np.einsum("hqd,hkd->hqk", q, k) / np.sqrt(self.width)
        visible = np.arange(k.shape[1]) <= self.past + np.arange(q.shape[1])[:, None]
        scores = np.where(visible, scores, -np.inf)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = self.static(weights / weights.sum(axis=-1, keepdims=True), 1 / 127)
        return np.einsum("hqk,hkd->qhd", weights, v).reshape(q.shape[1], -1)

    def static(self, x, scale):
        return np.clip(np.rint(x / scale), -128, 127) * scale if self.quantises else x

    def per_token(self, x):
        scale = np.abs(x).max(axis=-1, keepdims=True) / 127
        return np.rint(x / np.where(scale == 0, 1, scale)) * scale if self.quantises else x


if __name__ == "__main__":
    main()
