"""Computes the exported graphs in numpy, bit for bit as docs/numerics.md defines it, independently of accelsim."""

from dataclasses import dataclass

import numpy as np

from tools.graph_format.codecs import Codec


@dataclass
class Codes:
    """Integer values with one f32 scale and one zero point."""

    values: np.ndarray
    scale: np.float32
    zero: int
    codec: Codec


@dataclass
class Accumulator:
    """int32 sums; `scale` is f32(row scale * column scale), one entry per output channel."""

    values: np.ndarray
    scale: np.ndarray


def run(file, images):
    """The output of `file` (a GraphFile) for uint8 images [n, 28, 28, 1]."""
    [(name, entry)] = file.graph["inputs"].items()
    tensors = {name: codes(file, images, entry["encoding"])}
    symbols = dict(file.symbols, batch=len(images))
    for node in file.nodes:
        tensors[node["name"]] = OPERATIONS[node["op"]](file, node, tensors, symbols)
    return tensors[file.graph["outputs"][0]]


def codes(file, values, encoding):
    return Codes(values.astype(np.int64), file.scale(encoding), encoding.get("zero", 0), Codec.named(encoding["codec"]))


def convolve(file, node, tensors, symbols):
    x = tensors[node["inputs"][0]]
    weight = file.constants[node["inputs"][1]]
    # Padding holds the zero point, so that it stands for the real number 0.
    top, left, bottom, right = node.get("padding", [0, 0, 0, 0])
    real = (x.values - x.zero).astype(np.float64)
    padded = np.pad(real, ((0, 0), (top, bottom), (left, right), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weight.shape[1:3], axis=(1, 2))
    down, right = node.get("stride", [1, 1])
    windows = windows[:, ::down, ::right].transpose(0, 1, 2, 4, 5, 3)
    rows = windows.reshape(*windows.shape[:3], -1)
    return accumulate(file, node, x, rows, weight.reshape(len(weight), -1))


def accumulate(file, node, x, rows, weight):
    # Sums stay far below 2^53, so binary64 holds them exactly (and numpy has a fast kernel for it).
    sums = (rows @ weight.T.astype(np.float64)).astype(np.int64)
    encoding = file.graph["constants"][node["inputs"][1]]["encoding"]
    scale = np.float32(x.scale) * file.scale(encoding)
    if len(node["inputs"]) == 3 and node.get("output") != "f32":
        sums = np.clip(sums + file.constants[node["inputs"][2]], -(2**31), 2**31 - 1)
    if np.abs(sums).max() >= 2**31:
        raise OverflowError(f"{node['name']}: a sum does not fit int32")
    return Accumulator(sums, scale)


def linear(file, node, tensors, symbols):
    x = tensors[node["inputs"][0]]
    sums = accumulate(file, node, x, x.values - x.zero, file.constants[node["inputs"][1]])
    return sums.values.astype(np.float32) * sums.scale + file.constants[node["inputs"][2]]


def requantise(file, node, tensors, symbols):
    """Dyadic, one multiplier M and shift E per channel: round(acc * M / 2^E) + zero, ties to even."""
    accumulator = tensors[node["inputs"][0]]
    encoding = node["encoding"]
    fraction, exponent = np.frexp(accumulator.scale.astype(np.float64) / np.float64(file.scale(encoding)))
    multiplier = np.floor(fraction * 2.0**31 + 0.5).astype(np.int64)
    shift = 31 - exponent.astype(np.int64)
    if shift.min() < 1 or shift.max() > 62:
        raise OverflowError(f"{node['name']}: a shift of {shift.min()}...{shift.max()}")
    product = accumulator.values * multiplier
    quotient = product >> shift
    remainder = product - (quotient << shift)
    half = np.int64(1) << (shift - 1)
    quotient += (remainder > half) | ((remainder == half) & (quotient % 2 == 1))
    low, high = Codec.named(encoding["codec"]).range
    return codes(file, np.clip(quotient + encoding.get("zero", 0), low, high), encoding)


def relu(file, node, tensors, symbols):
    x = tensors[node["inputs"][0]]
    return Codes(np.maximum(x.values, x.zero), x.scale, x.zero, x.codec)


def max_pool(file, node, tensors, symbols):
    x = tensors[node["inputs"][0]]
    down, right = node.get("stride", node["window"])
    windows = np.lib.stride_tricks.sliding_window_view(x.values, node["window"], axis=(1, 2))
    return Codes(windows[:, ::down, ::right].max(axis=(4, 5)), x.scale, x.zero, x.codec)


def reshape(file, node, tensors, symbols):
    x = tensors[node["inputs"][0]]
    shape = [symbols.get(size, size) for size in node["shape"]]
    return Codes(x.values.reshape(shape), x.scale, x.zero, x.codec)


OPERATIONS = {
    "conv2d": convolve, "linear": linear, "requantise": requantise, "relu": relu, "max_pool": max_pool,
    "reshape": reshape,
}
