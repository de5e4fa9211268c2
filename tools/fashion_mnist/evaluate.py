"""Top-1 of the exported graphs, computed by the numpy emulation of their integer arithmetic (no accelsim, no torch).

    python3 -m tools.fashion_mnist.evaluate examples/fashion-mnist/*/graph.json
    python3 -m tools.fashion_mnist.evaluate GRAPH --logits logits.npy
    python3 -m tools.fashion_mnist.evaluate GRAPH --save expected_logits.npy

With `--logits`, compares the logits that accelsim wrote for the committed images bit for bit;
with `--save`, writes those of the emulation.
"""

import argparse
import os
import sys

import numpy as np

from tools.fashion_mnist import dataset, integer_graph
from tools.graph_format.reader import GraphFile


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graphs", nargs="+", metavar="GRAPH")
    parser.add_argument("--data", default=dataset.DEFAULT_DIRECTORY, help="directory with the idx.gz files")
    parser.add_argument("--logits", help="logits.npy of accelsim for images.npy beside the graph's folder")
    parser.add_argument("--save", metavar="NPY", help="file that gets the logits of the committed images")
    options = parser.parse_args()
    for path in options.graphs:
        folder = os.path.dirname(os.path.dirname(os.path.abspath(path)))
        images = np.load(os.path.join(folder, "images.npy"))
        labels = np.load(os.path.join(folder, "labels.npy"))
        file = GraphFile(path)
        logits = integer_graph.run(file, images)
        print(f"{path}: {hits(logits, labels)} of {len(labels)} committed images", end="", flush=True)
        if options.save:
            np.save(options.save, logits)
            print()
        elif options.logits:
            compare(logits, np.load(options.logits))
        else:
            whole(file, *dataset.load("t10k", options.data))


def whole(file, images, labels):
    """Prints the result for all images, 500 at a time to keep memory small."""
    batches = [integer_graph.run(file, images[start:start + 500]) for start in range(0, len(images), 500)]
    print(f", {hits(np.concatenate(batches), labels)} of {len(labels)} test images")


def compare(expected, logits):
    if expected.shape != logits.shape or logits.dtype != np.float32:
        sys.exit(f"\nexpected f32 {expected.shape}, found {logits.dtype} {logits.shape}")
    different = np.argwhere(expected.view(np.uint32) != logits.view(np.uint32))
    if len(different):
        index = tuple(different[0])
        sys.exit(f"\n{len(different)} logits differ, first {index}: {expected[index]} expected, {logits[index]} found")
    print(", all bits equal")


def hits(logits, labels):
    return int(np.sum(logits.argmax(axis=1) == labels))


if __name__ == "__main__":
    main()
