"""Prunes the weights of a graph to N:M by magnitude, and stores what is kept.

    python3 -m tools.prune examples/fashion-mnist/w8a8/graph.json --pattern 2:4 --output out/pruned

With --shared-columns C neighbouring output columns keep the same positions, as lookup tables want them:

    python3 -m tools.prune examples/fashion-mnist/w4a8/graph.json --pattern 2:4 --shared-columns 64 --output out/shared

Every weight of `linear` and `conv2d` whose last axis has at least M elements is pruned; nothing is trained afterwards, so
accuracy is lost. Weights have zero point 0, as those of the examples.
"""

import argparse
import json
import os

from tools.graph_format import graph_json, safetensors, sparsity
from tools.graph_format.codecs import Codec
from tools.graph_format.reader import GraphFile, codec_name


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", metavar="GRAPH")
    parser.add_argument("--pattern", required=True, metavar="N:M")
    parser.add_argument("--shared-columns", type=int, default=1, metavar="C", help="that keep the same positions; 1 when left out")
    parser.add_argument("--output", required=True, help="directory that gets graph.json and weights.safetensors")
    parser.add_argument("--name", help="of the new graph; the old one and the pattern when left out")
    options = parser.parse_args()
    n, m = map(int, options.pattern.split(":"))
    file = GraphFile(options.graph)
    graph = json.loads(json.dumps(file.graph))
    graph["name"] = options.name or f"{graph['name']}-{n}of{m}"
    source = os.path.join(os.path.dirname(options.graph), graph["weights"])
    tensors = dict(safetensors.read(source))
    for name in weights(graph, file, m):
        prune(name, graph["constants"][name], file.constants[name], tensors, n, m, options.shared_columns)
    graph["weights"] = "weights.safetensors"
    os.makedirs(options.output, exist_ok=True)
    safetensors.write(os.path.join(options.output, "weights.safetensors"), tensors)
    graph_json.write(os.path.join(options.output, "graph.json"), graph)


def weights(graph, file, m):
    """Names of the integer constants that are second operands of products and have a block of m at least."""
    names = [node["inputs"][1] for node in graph["nodes"] if node["op"] in ("linear", "conv2d")]
    return [
        name for name in dict.fromkeys(names)
        if name in graph["constants"] and file.constants[name].shape[-1] >= m
        and codec_name(graph["constants"][name]["encoding"]) not in ("f32", "f16", "int32")]


def prune(name, entry, values, tensors, n, m, columns):
    """Replaces one weight by its kept values and their positions."""
    encoding = entry["encoding"] if isinstance(entry["encoding"], dict) else {"codec": entry["encoding"]}
    if encoding.get("zero", 0) != 0:
        raise SystemExit(f"{name} has a zero point, 0 expected")
    kept, positions = sparsity.compress(sparsity.prune(values, n, m, columns), n, m, columns)
    storage = entry.get("storage", "bytes")
    stored = entry.get("tensor", name)
    tensors[stored] = Codec.named(encoding["codec"]).stored(kept, storage)
    tensors[f"{stored}.positions"] = Codec("uint", (m - 1).bit_length() if storage == "packed" else 8).stored(
        positions, storage)
    shared = {"shared_columns": columns} if columns > 1 else {}
    entry["encoding"] = {**encoding, "structure": {"n": n, "m": m, **shared}}
    entry["positions"] = f"{stored}.positions"


if __name__ == "__main__":
    main()
