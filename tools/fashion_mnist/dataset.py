"""Reads Fashion-MNIST in its idx.gz files (Debian package `dataset-fashion-mnist`)."""

import gzip
import os

import numpy as np

DEFAULT_DIRECTORY = "/usr/share/datasets/fashion-mnist"


def load(split, directory=DEFAULT_DIRECTORY):
    """Images uint8 [n, 28, 28, 1] and labels uint8 [n] of `split`, "train" or "t10k"."""
    images = read_idx(os.path.join(directory, f"{split}-images-idx3-ubyte.gz"), dimensions=3)
    labels = read_idx(os.path.join(directory, f"{split}-labels-idx1-ubyte.gz"), dimensions=1)
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images, but {len(labels)} labels in {directory}")
    return images[..., None], labels


def read_idx(path, dimensions):
    """An idx file of bytes: 0, 0, 8 (unsigned byte), the number of dimensions, big-endian sizes, data."""
    with gzip.open(path, "rb") as file:
        data = file.read()
    if data[:4] != bytes([0, 0, 8, dimensions]):
        raise ValueError(f"{path} is not an idx file of bytes with {dimensions} dimensions")
    shape = np.frombuffer(data, dtype=">u4", count=dimensions, offset=4).astype(int)
    return np.frombuffer(data, dtype=np.uint8, offset=4 + 4 * dimensions).reshape(shape)
