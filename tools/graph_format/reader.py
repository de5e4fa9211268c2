"""Reads `graph.json` and its weights for the Python checks; mistakes in a graph are for accelsim to find."""

import json
import math
import os
import re

import numpy as np

from tools.graph_format import safetensors, sparsity
from tools.graph_format.codecs import Codec


class GraphFile:
    """A graph with its constants decoded to integer values or f32."""

    def __init__(self, path, bindings=None):
        with open(path, encoding="utf-8") as file:
            self.graph = json.load(file)
        defaults = {name: entry.get("default") for name, entry in self.graph.get("symbols", {}).items()}
        self.symbols = {**defaults, **(bindings or {})}
        self.nodes = self.graph["nodes"]
        stored = safetensors.read(os.path.join(os.path.dirname(path), self.graph["weights"]))
        self.constants = {
            name: self.weight(stored, name, entry) if "positions" in entry
            else self.decoded(stored[entry.get("tensor", name)], entry)
            for name, entry in self.graph["constants"].items()}

    def dimension(self, value):
        """A number, a symbol, or sums, differences and products of them."""
        if isinstance(value, int):
            return value
        terms = re.findall(r"([+-]?)([^+-]+)", value.replace(" ", ""))
        return sum((-1 if sign == "-" else 1) * math.prod(map(self.factor, term.split("*"))) for sign, term in terms)

    def factor(self, text):
        return int(text) if text.isdigit() else self.symbols[text]

    def shape(self, shape):
        return [self.dimension(size) for size in shape]

    def decoded(self, array, entry):
        codec = codec_name(entry.get("encoding", "f32"))
        if codec in ("f32", "f16"):
            return array.astype(np.float32).reshape(self.shape(entry["shape"]))
        if codec == "int32":
            return array.astype(np.int64)
        return Codec.named(codec).loaded(array, self.shape(entry["shape"]), entry.get("storage", "bytes"))

    def weight(self, stored, name, entry):
        """A weight of which the file holds the kept values and their positions; what is left out is 0."""
        pattern, storage = entry["encoding"]["structure"], entry.get("storage", "bytes")
        *rows, last = self.shape(entry["shape"])
        shape = [*rows, -(-last // pattern["m"]) * pattern["n"]]
        kept = Codec.named(codec_name(entry["encoding"])).loaded(stored[entry.get("tensor", name)], shape, storage)
        width = (pattern["m"] - 1).bit_length() if storage == "packed" else 8
        columns = pattern.get("shared_columns", 1)
        position_shape = [-(-shape[0] // columns), *shape[1:]]
        positions = Codec("uint", width).loaded(stored[entry["positions"]], position_shape, storage)
        return sparsity.expand(kept, positions, pattern["m"], last, columns)

    def scale(self, encoding):
        """The f32 scale of an encoding: a number or a constant."""
        scale = encoding["scale"]
        return self.constants[scale] if isinstance(scale, str) else np.float32(scale)


def codec_name(encoding):
    return encoding if isinstance(encoding, str) else encoding["codec"]
