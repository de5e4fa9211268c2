"""Writes a trained variant with f16 activations in place of codes: weight-only quantisation, without training again.

    python3 -m tools.fashion_mnist.float_activations examples/fashion-mnist/w8a8/graph.json --output out/fashion-mnist/w8f16

Weights and their scales stay; a bias becomes f32(bias * activation scale * weight scale), and what was requantised to
codes is rounded to f16.
"""

import argparse
import json
import os

import numpy as np

from tools.graph_format import graph_json, safetensors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graph", help="graph.json of a variant with codes as activations")
    parser.add_argument("--output", required=True, help="folder for graph.json and weights.safetensors")
    options = parser.parse_args()
    with open(options.graph, encoding="utf-8") as file:
        graph = json.load(file)
    tensors = safetensors.read(os.path.join(os.path.dirname(options.graph), graph["weights"]))
    scales = {name: entry["encoding"]["scale"] for name, entry in graph["inputs"].items()}
    nodes, renamed = [], {}
    for name in graph["inputs"]:
        nodes.append({"name": f"{name}.real", "op": "dequantise", "inputs": [name]})
        nodes.append(rounded(f"{name}.f16", f"{name}.real"))
        renamed[name] = f"{name}.f16"
    for node in graph["nodes"]:
        source = node["inputs"][0]
        if node["op"] == "requantise":
            renamed[node["name"]], scales[node["name"]] = renamed[source], node["encoding"]["scale"]
            continue
        scales[node["name"]] = scales[source]
        if node["op"] in ("conv2d", "linear"):
            add_product(node, graph, tensors, scales[source])
            if not renamed[source].endswith(".f16"):
                nodes.append(rounded(f"{source}.f16", renamed[source]))
                renamed[source] = f"{source}.f16"
            node["inputs"][0] = renamed[source]
        else:
            node["inputs"] = [renamed[name] for name in node["inputs"]]
        renamed[node["name"]] = node["name"]
        nodes.append(node)
    graph["name"] += "-f16"
    graph["nodes"] = nodes
    os.makedirs(options.output, exist_ok=True)
    graph_json.write(os.path.join(options.output, "graph.json"), graph)
    safetensors.write(os.path.join(options.output, graph["weights"]), tensors)
    print(f"{len(nodes)} nodes in {options.output}")


def rounded(name, source):
    return {"name": name, "op": "quantise", "inputs": [source], "encoding": "f16"}


def add_product(node, graph, tensors, scale):
    """f32 output, and an f32 bias."""
    node["output"] = "f32"
    weight, bias = node["inputs"][1:]
    if graph["constants"][bias].get("encoding") != "int32":
        return
    del graph["constants"][bias]["encoding"]
    unit = np.float32(scale) * tensors[graph["constants"][weight]["encoding"]["scale"]]
    tensors[bias] = (tensors[bias].astype(np.float64) * unit).astype(np.float32)


if __name__ == "__main__":
    main()
