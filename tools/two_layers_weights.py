"""Writes the weights and an input of `examples/two-layers`.

    python3 -m tools.two_layers_weights examples/two-layers

The network measures how far two pairs of numbers are apart, ignoring distances below 0.5:
near(a, b) = max(0, |a - b| - 0.5) = relu(a - b - 0.5) + relu(b - a - 0.5), and
y = near(x0, x1), near(x2, x3), and the first less the second. So its result is known without any program.
"""

import os
import sys

import numpy as np

from tools.graph_format import safetensors
from tools.graph_format.codecs import Codec

# int4 values with the scale 0.5: +-2 stand for +-1.
DIFFERENCES = [[2, -2, 0, 0], [-2, 2, 0, 0], [0, 0, 2, -2], [0, 0, -2, 2]]
# The accumulator counts in units of 0.0625 * 0.5 = 1/32, so -16 stands for -0.5.
BIAS = [-16, -16, -16, -16]
SUMS = [[1, 1, 0, 0], [0, 0, 1, 1], [1, 1, -1, -1]]
X = [[1.0, 0.0, 2.0, 5.0], [0.25, 0.5, -1.0, -1.0], [-2.0, 4.0, 3.0, 0.5], [3.0, 3.75, -4.0, 4.0]]


def main():
    [folder] = sys.argv[1:]
    safetensors.write(os.path.join(folder, "weights.safetensors"), {
        "differences.weight": Codec.named("int4").stored(DIFFERENCES, "bytes"),
        "differences.bias": np.array(BIAS, dtype=np.int32),
        "sums.weight": Codec.named("ternary").stored(SUMS, "bytes"),
    })
    x = np.array(X, dtype=np.float32)
    np.save(os.path.join(folder, "x.npy"), x)
    near = np.maximum(0, np.abs(x[:, 0::2] - x[:, 1::2]) - 0.5)
    print(np.concatenate([near, near[:, :1] - near[:, 1:]], axis=1))


if __name__ == "__main__":
    main()
