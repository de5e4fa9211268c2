"""Writes the trained variants as integer graphs, with the first test images and the logits expected for them.

    python3 -m tools.fashion_mnist.export --trained out/fashion-mnist --output examples/fashion-mnist
"""

import argparse
import os

import numpy as np

from tools.fashion_mnist import dataset, integer_graph
from tools.fashion_mnist.variants import CLASSES, CONVOLUTIONS, FEATURES, IN_CHANNELS, VARIANTS
from tools.graph_format import graph_json, safetensors
from tools.graph_format.reader import GraphFile

COMMITTED_IMAGES = 64
INPUT_SCALE = float(np.float32(1 / 255))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trained", required=True, help="directory with the .npz files of train.py")
    parser.add_argument("--output", required=True, help="directory that gets one folder per variant")
    parser.add_argument("--data", default=dataset.DEFAULT_DIRECTORY, help="directory with the idx.gz files")
    options = parser.parse_args()

    images, labels = dataset.load("t10k", options.data)
    images, labels = images[:COMMITTED_IMAGES], labels[:COMMITTED_IMAGES]
    os.makedirs(options.output, exist_ok=True)
    np.save(os.path.join(options.output, "images.npy"), images)
    np.save(os.path.join(options.output, "labels.npy"), labels)
    for variant in VARIANTS:
        folder = os.path.join(options.output, variant.name)
        os.makedirs(folder, exist_ok=True)
        with np.load(os.path.join(options.trained, f"{variant.name}.npz")) as trained:
            write(folder, variant, trained)
        logits = integer_graph.run(GraphFile(os.path.join(folder, "graph.json")), images)
        np.save(os.path.join(folder, "expected_logits.npy"), logits)
        print(f"{folder}: {np.sum(logits.argmax(axis=1) == labels)} of {len(labels)} right")


def write(folder, variant, trained):
    """graph.json and weights.safetensors of one variant."""
    constants, tensors, nodes = {}, {}, []
    storage = "bytes" if variant.codec.bits == 8 else "packed"

    def add_weight(name):
        values = trained[f"{name}.values"]
        encoding = {"codec": variant.codec.name, "scale": f"{name}.weight.scale", "axis": 0}
        constants[f"{name}.weight"] = {"shape": list(values.shape), "encoding": encoding, "storage": storage}
        constants[f"{name}.weight.scale"] = {"shape": [len(values)]}
        tensors[f"{name}.weight"] = variant.codec.stored(values, storage)
        tensors[f"{name}.weight.scale"] = trained[f"{name}.weight_scale"].astype(np.float32)

    x, x_scale = "image", INPUT_SCALE
    for number, convolution in enumerate(CONVOLUTIONS, start=1):
        name = f"conv{number}"
        add_weight(name)
        constants[f"{name}.bias"] = {"shape": [convolution.channels], "encoding": "int32"}
        tensors[f"{name}.bias"] = integer_bias(trained[f"{name}.bias"], x_scale, tensors[f"{name}.weight.scale"])
        x_scale = float(np.float32(trained[f"{name}.output_scale"]))
        layer_nodes, x = layer(name, convolution, x, variant, x_scale)
        nodes += layer_nodes
    add_weight("classifier")
    constants["classifier.bias"] = {"shape": [CLASSES]}
    tensors["classifier.bias"] = trained["classifier.bias"].astype(np.float32)
    nodes += [
        {"name": "features", "op": "reshape", "inputs": [x], "shape": ["batch", FEATURES]},
        {"name": "logits", "op": "linear", "inputs": ["features", "classifier.weight", "classifier.bias"],
         "output": "f32"},
    ]
    safetensors.write(os.path.join(folder, "weights.safetensors"), tensors)
    graph_json.write(os.path.join(folder, "graph.json"), {
        "schema": "accelsim-graph-1",
        "name": f"fashion-mnist-{variant.name}",
        "weights": "weights.safetensors",
        "symbols": {"batch": {"default": COMMITTED_IMAGES, "min": 1}},
        "inputs": {"image": {
            "shape": ["batch", 28, 28, IN_CHANNELS], "encoding": {"codec": "uint8", "scale": INPUT_SCALE}}},
        "constants": constants,
        "nodes": nodes,
        "outputs": ["logits"],
    })


def layer(name, convolution, x, variant, scale):
    """Convolution, requantisation, relu and pooling: the nodes, and the name of the last one."""
    encoding = {"codec": "int8", "scale": scale}
    if variant.zero:
        encoding["zero"] = variant.zero
    conv = {"name": name, "op": "conv2d", "inputs": [x, f"{name}.weight", f"{name}.bias"]}
    if convolution.stride != 1:
        conv["stride"] = [convolution.stride] * 2
    if convolution.padding:
        conv["padding"] = [convolution.padding] * 4
    nodes = [
        conv,
        {"name": f"{name}.codes", "op": "requantise", "inputs": [name], "encoding": encoding},
        {"name": f"{name}.relu", "op": "relu", "inputs": [f"{name}.codes"]},
    ]
    if convolution.pool:
        nodes.append({"name": f"{name}.pool", "op": "max_pool", "inputs": [f"{name}.relu"],
                      "window": [convolution.pool] * 2})
    return nodes, nodes[-1]["name"]


def integer_bias(bias, x_scale, weight_scale):
    """The bias in units of the accumulator, one per output channel."""
    units = np.rint(bias.astype(np.float64) / (x_scale * weight_scale.astype(np.float64)))
    return np.clip(units, -(2**31), 2**31 - 1).astype(np.int32)


if __name__ == "__main__":
    main()
