"""Converts the test set of Fashion-MNIST to the arrays that `accelsim run --input` reads.

    python3 -m tools.fashion_mnist.test_set --output out/fashion-mnist

writes images.npy (uint8 [10000, 28, 28, 1]) and labels.npy (uint8 [10000]).
"""

import argparse
import os

import numpy as np

from tools.fashion_mnist import dataset


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", required=True, help="directory for the two files")
    parser.add_argument("--data", default=dataset.DEFAULT_DIRECTORY, help="directory with the idx.gz files")
    options = parser.parse_args()
    images, labels = dataset.load("t10k", options.data)
    os.makedirs(options.output, exist_ok=True)
    np.save(os.path.join(options.output, "images.npy"), images)
    np.save(os.path.join(options.output, "labels.npy"), labels)
    print(f"{len(images)} images of {images.shape[1]}x{images.shape[2]} in {options.output}")


if __name__ == "__main__":
    main()
