"""Number formats of docs/graph.md: values to codes and back, and packed storage."""

import re
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Codec:
    """An integer format. A value is the integer a code stands for; a code is an unsigned pattern of `bits` bits."""

    kind: str
    bits: int

    @staticmethod
    def named(name):
        """`int4`, `uint8`, `bipolar2` or `ternary`."""
        if name == "ternary":
            return Codec("ternary", 2)
        match = re.fullmatch(r"(int|uint|bipolar)(\d+)", name)
        if not match:
            raise ValueError(f"{name} is not an integer codec")
        return Codec(match[1], int(match[2]))

    @property
    def name(self):
        return "ternary" if self.kind == "ternary" else f"{self.kind}{self.bits}"

    @property
    def range(self):
        """Smallest and largest value."""
        top = (1 << self.bits) - 1
        return {
            "int": (-(1 << (self.bits - 1)), (1 << (self.bits - 1)) - 1),
            "uint": (0, top),
            "bipolar": (-top, top),
            "ternary": (-1, 1),
        }[self.kind]

    @property
    def storage_type(self):
        """Element type of `"storage": "bytes"`: signed and unsigned hold values, bipolar and ternary hold codes."""
        width = 8 if self.bits <= 8 else 16 if self.bits <= 16 else 32
        return np.dtype(f"{'int' if self.kind == 'int' else 'uint'}{width}")

    def codes(self, values):
        values = np.asarray(values, dtype=np.int64)
        low, high = self.range
        if values.size and (values.min() < low or values.max() > high):
            raise ValueError(f"a value is outside {low}...{high} ({self.name})")
        if self.kind == "bipolar":
            if np.any((values - low) % 2):
                raise ValueError(f"an even value ({self.name} has odd levels)")
            return (values - low) // 2
        if self.kind == "ternary":
            return values + 1
        return values & ((1 << self.bits) - 1)

    def values(self, codes):
        codes = np.asarray(codes, dtype=np.int64) & ((1 << self.bits) - 1)
        if self.kind == "int":
            return codes - ((codes >> (self.bits - 1)) << self.bits)
        if self.kind == "bipolar":
            return 2 * codes - ((1 << self.bits) - 1)
        if self.kind == "ternary":
            if np.any(codes == 3):
                raise ValueError("code 3 is not a ternary number")
            return codes - 1
        return codes

    def stored(self, values, storage):
        """The array that a safetensors file holds for `values`."""
        codes = self.codes(values)
        if storage == "packed":
            return pack(codes, self.bits)
        return (codes if self.kind in ("bipolar", "ternary") else np.asarray(values)).astype(self.storage_type)

    def loaded(self, array, shape, storage):
        """The values of an array as `stored` writes it."""
        codes = unpack(array, self.bits, shape[-1]).reshape(shape) if storage == "packed" else array.reshape(shape)
        return self.values(codes)


def pack(codes, bits):
    """Rows as little-endian bit streams, first element in the lowest bits: [rows, ceil(last * bits / 8)] bytes."""
    rows = codes.reshape(-1, codes.shape[-1])
    planes = (rows[:, :, None] >> np.arange(bits)) & 1
    stream = planes.reshape(rows.shape[0], -1).astype(np.uint8)
    return np.packbits(stream, axis=1, bitorder="little")


def unpack(packed, bits, last):
    """The inverse of `pack`: [rows, last] codes."""
    stream = np.unpackbits(packed, axis=1, bitorder="little")[:, : last * bits]
    planes = stream.reshape(packed.shape[0], last, bits).astype(np.int64)
    return (planes << np.arange(bits)).sum(axis=2)
