"""Writes decoder blocks of the LLaMA architecture as a graph, by their shapes.

    python3 -m tools.llama_block --name llama-2-7b-block-w2 --hidden 4096 --ffn 11008 --heads 32 \\
        --codec int2 --group 64 --output examples/llama-2-7b-block/w2

Linears: weights of `--codec` with one f16 scale per row and `--group` inputs, int8 activations quantised per token at
run time. Attention: int8 queries, keys, values and probabilities with static scales; keys and values are states. With
`--seed`, random weights are written too; without it the graph has shapes only, and can be timed.
"""

import argparse
import os

import numpy as np

from tools.graph_format import graph_json, safetensors
from tools.graph_format.codecs import Codec

# Real queries, keys and values of a block behind an RMS norm lie within about +-4.
ATTENTION_SCALE = 1 / 32
PROBABILITY_SCALE = float(np.float32(1 / 127))


def main():
    options = arguments()
    graph = Blocks(options).graph()
    os.makedirs(options.output, exist_ok=True)
    if options.seed is not None:
        tensors = random_weights(graph["constants"], options)
        safetensors.write(os.path.join(options.output, graph["weights"]), tensors)
        rows = options.sequence
        x = np.random.default_rng(options.seed + 1).standard_normal((rows, options.hidden), dtype=np.float32)
        np.save(os.path.join(options.output, "x.npy"), x)
    graph_json.write(os.path.join(options.output, "graph.json"), graph)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", required=True, help="directory for graph.json (and weights.safetensors, x.npy)")
    parser.add_argument("--name", required=True)
    parser.add_argument("--hidden", type=int, required=True, help="width of the residual stream")
    parser.add_argument("--ffn", type=int, required=True, help="width of the feed-forward part")
    parser.add_argument("--heads", type=int, required=True)
    parser.add_argument("--kv-heads", type=int, help="heads of keys and values (default: --heads)")
    parser.add_argument("--head-dim", type=int, help="width of a head (default: hidden / heads)")
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--codec", type=integer_codec, required=True, help="int4, int2, uint2, bipolar2, ternary, ...")
    parser.add_argument("--group", type=int, required=True, help="inputs that share a weight scale")
    parser.add_argument("--sequence", type=int, default=2048, help="default of the symbol seq")
    parser.add_argument("--past", type=int, default=0, help="default of the symbol past")
    parser.add_argument("--capacity", type=int, default=4096, help="default of the symbol capacity")
    parser.add_argument("--rope-base", type=float, default=10000.0)
    parser.add_argument("--epsilon", type=float, default=1e-5)
    parser.add_argument("--seed", type=int, help="write random weights and an input x.npy")
    options = parser.parse_args()
    options.kv_heads = options.kv_heads or options.heads
    options.head_dim = options.head_dim or options.hidden // options.heads
    if options.heads % options.kv_heads:
        parser.error("--heads must be a multiple of --kv-heads")
    if options.head_dim % 2:
        parser.error("--head-dim must be even (rotary embedding turns pairs)")
    return options


def integer_codec(name):
    try:
        return Codec.named(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


class Blocks:
    """Builds the graph: the methods append nodes and constants, and return the name of what they yield."""

    def __init__(self, options):
        self.options = options
        self.prefix = ""
        self.states, self.constants, self.nodes = {}, {}, []

    def graph(self):
        options = self.options
        self.constants["attention.scale"] = {"shape": [1]}
        x = "x"
        for layer in range(options.layers):
            self.prefix = f"layers.{layer}." if options.layers > 1 else ""
            x = self.feed_forward(self.attention(x))
        weights = {"weights": "weights.safetensors"} if options.seed is not None else {}
        return {
            "schema": "accelsim-graph-1",
            "name": options.name,
            **weights,
            "symbols": {
                "seq": {"default": options.sequence, "min": 1},
                "past": {"default": options.past, "min": 0},
                "capacity": {"default": options.capacity, "min": 1},
            },
            "inputs": {"x": {"shape": ["seq", options.hidden]}},
            "states": self.states,
            "constants": self.constants,
            "nodes": self.nodes,
            "outputs": [x],
        }

    def add(self, name, op, *inputs, **attributes):
        """A node called `name` of this layer."""
        self.nodes.append({"name": self.prefix + name, "op": op, "inputs": list(inputs), **attributes})
        return self.prefix + name

    def norm(self, name, x):
        """RMS norm, then int8 codes with one scale per token."""
        gamma = f"{self.prefix}{name}.gamma"
        self.constants[gamma] = {"shape": [self.options.hidden]}
        y = self.add(name, "rms_norm", x, gamma, epsilon=self.options.epsilon)
        return self.per_token(f"{name}.codes", y)

    def per_token(self, name, x):
        return self.add(name, "quantise", x, codec="int8", dynamic="token")

    def linear(self, name, x, outputs, inputs):
        codec, group = self.options.codec, self.options.group
        weight = f"{self.prefix}{name}.weight"
        encoding = {"codec": codec.name, "scale": f"{weight}.scale", "group": group}
        if codec.kind == "uint":
            encoding["zero"] = 1 << (codec.bits - 1)
        self.constants[weight] = {"shape": [outputs, inputs], "encoding": encoding, "storage": "packed"}
        self.constants[f"{weight}.scale"] = {"shape": [outputs, -(-inputs // group)], "encoding": "f16"}
        return self.add(name, "linear", x, weight)

    def heads(self, name, x, count):
        """[seq, count * head_dim] to [count, seq, head_dim]"""
        split = self.add(f"{name}.split", "reshape", x, shape=["seq", count, self.options.head_dim])
        return self.add(f"{name}.heads", "transpose", split, permutation=[1, 0, 2])

    def rotated(self, name, x):
        return self.add(
            f"{name}.rope", "rope", x, pairs="halves", base=self.options.rope_base, position="past")

    def codes(self, name, x, scale=ATTENTION_SCALE):
        return self.add(f"{name}.codes", "quantise", x, encoding={"codec": "int8", "scale": scale})

    def cached(self, name, new):
        """Appends to the state: [kv_heads, past + seq, head_dim]."""
        state = f"{self.prefix}{name}.cache"
        self.states[state] = {
            "shape": [self.options.kv_heads, "capacity", self.options.head_dim],
            "encoding": {"codec": "int8", "scale": ATTENTION_SCALE}}
        return self.add(f"{name}.all", "append", state, new, axis=1, position="past")

    def attention(self, x):
        options = self.options
        width, kv_width = options.heads * options.head_dim, options.kv_heads * options.head_dim
        codes = self.norm("attention_norm", x)
        q = self.heads("q", self.linear("q", codes, width, options.hidden), options.heads)
        k = self.heads("k", self.linear("k", codes, kv_width, options.hidden), options.kv_heads)
        v = self.heads("v", self.linear("v", codes, kv_width, options.hidden), options.kv_heads)
        q = self.codes("q", self.rotated("q", q))
        k = self.cached("k", self.codes("k", self.rotated("k", k)))
        v = self.cached("v", self.codes("v", v))
        products = self.add("scores", "matmul", q, k, transpose_b=True, output="f32")
        scaled = self.add("scores.scaled", "mul", products, "attention.scale")
        masked = self.add("scores.masked", "mask", scaled, kind="causal", position="past")
        probabilities = self.add("probabilities", "softmax", masked)
        mixed = self.add(
            "mixed", "matmul", self.codes("probabilities", probabilities, PROBABILITY_SCALE), v, output="f32")
        turned = self.add("mixed.turned", "transpose", mixed, permutation=[1, 0, 2])
        merged = self.add("mixed.merged", "reshape", turned, shape=["seq", width])
        out = self.linear("o", self.per_token("mixed.codes", merged), options.hidden, width)
        return self.add("attention_residual", "add", x, out)

    def feed_forward(self, x):
        options = self.options
        codes = self.norm("ffn_norm", x)
        gate = self.add("gate.silu", "silu", self.linear("gate", codes, options.ffn, options.hidden))
        up = self.linear("up", codes, options.ffn, options.hidden)
        product = self.per_token("product.codes", self.add("product", "mul", gate, up))
        return self.add("y", "add", x, self.linear("down", product, options.hidden, options.ffn))


def random_weights(constants, options):
    """Seeded values: bell-shaped codes, and scales such that every linear keeps the variance of its input."""
    random = np.random.default_rng(options.seed)
    codec = options.codec
    tensors, spread = {}, {}
    for name, entry in constants.items():
        shape = entry["shape"]
        if name == "attention.scale":
            tensors[name] = np.array([options.head_dim**-0.5], dtype=np.float32)
        elif name.endswith(".gamma"):
            tensors[name] = random.uniform(0.8, 1.2, shape).astype(np.float32)
        elif name.endswith(".weight"):
            zero = entry["encoding"].get("zero", 0)
            values = nearest(codec, zero + random.standard_normal(shape) * (codec.range[1] - codec.range[0]) / 4)
            spread[f"{name}.scale"] = np.sqrt(np.mean(np.square(values - zero, dtype=np.float64)) * shape[1])
            tensors[name] = codec.stored(values, entry["storage"])
        elif name.endswith(".weight.scale"):
            tensors[name] = (random.uniform(0.7, 1.3, shape) / spread[name]).astype(np.float16)
    return tensors


def nearest(codec, real):
    """The closest values of a codec."""
    low, high = codec.range
    step = 2 if codec.kind == "bipolar" else 1
    return low + step * np.clip(np.rint((real - low) / step), 0, (high - low) // step).astype(np.int64)


if __name__ == "__main__":
    main()
