"""Codes of a layer of examples/fashion-mnist, for cosim --operands.

python3 -m tools.rtl.operands VARIANT LAYER FILE
"""

import json
import sys
from pathlib import Path

import numpy as np

from tools.fashion_mnist import integer_graph
from tools.graph_format.codecs import Codec
from tools.graph_format.reader import GraphFile
from tools.rtl.sources import ROOT

EXAMPLES = ROOT / "examples" / "fashion-mnist"


def layer_codes(variant, layer, images=4):
    """A convolution's rows, as they meet its weights, and its weights as unsigned codes."""
    file = GraphFile(EXAMPLES / variant / "graph.json")
    pixels = np.load(EXAMPLES / "images.npy")[:images]
    [(name, entry)] = file.graph["inputs"].items()
    tensors = {name: integer_graph.codes(file, pixels.reshape(images, 28, 28, 1), entry["encoding"])}
    for node in file.nodes:
        if node["name"] == layer:
            break
        tensors[node["name"]] = integer_graph.OPERATIONS[node["op"]](
            file, node, tensors, dict(file.symbols, batch=images))
    weight, source = file.constants[node["inputs"][1]], tensors[node["inputs"][0]]
    codec = Codec.named(file.graph["constants"][node["inputs"][1]]["encoding"]["codec"])
    rows = windows(source.values, source.zero, weight.shape[1:3], node.get("padding", [0, 0, 0, 0]))
    weights = weight.reshape(len(weight), -1)
    bits = weight_bits(weights, codec)
    return {
        "name": f"fashion-mnist {variant} {layer}", "depth": int(weights.shape[1]), "activationBits": 8,
        "hasSignedActivations": source.codec.kind == "int", "activations": rows.astype(int).ravel().tolist(),
        "weightBits": bits, "weightZero": 1 << (bits - 1), "weights": (weights + (1 << (bits - 1))).astype(int).ravel().tolist(),
    }


def windows(values, zero, kernel, padding):
    top, left, bottom, right = padding
    padded = np.pad(values, ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=zero)
    found = np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(1, 2)).transpose(0, 1, 2, 4, 5, 3)
    return found.reshape(-1, int(np.prod(found.shape[3:])))


def weight_bits(weights, codec):
    bits = codec.bits
    assert -(1 << (bits - 1)) <= weights.min() and weights.max() < 1 << (bits - 1), "weights are not two's complement codes"
    return bits


def main(variant, layer, path):
    Path(path).write_text(json.dumps(layer_codes(variant, layer)))


if __name__ == "__main__":
    main(*sys.argv[1:])
