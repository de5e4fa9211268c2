"""Prints what the tests and tables of the GGUF reader are made of, from the Python package `gguf` (pip install gguf numpy).

    python3 tools/gguf_vectors.py blocks > Tests/FrontendsTests/Fixtures/gguf_blocks.txt
    python3 tools/gguf_vectors.py points > Sources/Frontends/GGUF/Blocks/PointTables.swift

`blocks`: for every type that the package dequantises, seeded blocks in hexadecimal and the 64-bit FNV-1a hash of what they
decode to (binary32, little-endian), with the first block's numbers in full. `points`: the codebooks of IQ1, IQ2 and IQ3.
"""

import importlib.metadata
import sys

import gguf
import numpy as np
from gguf import quants

BLOCKS = 6
# Where a block holds f16 scales: their exponents are drawn from those of finite numbers.
HALF_SCALES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2],
    "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0], "IQ2_XXS": [0], "IQ2_XS": [0], "IQ2_S": [0], "IQ3_XXS": [0],
    "IQ3_S": [0], "IQ1_S": [0], "TQ1_0": [52], "TQ2_0": [64],
}
POINTS = [("iq1", "IQ1_S"), ("iq2xxs", "IQ2_XXS"), ("iq2xs", "IQ2_XS"), ("iq2s", "IQ2_S"), ("iq3xxs", "IQ3_XXS"), ("iq3s", "IQ3_S")]


def finite_block(name, size, generator):
    """Random bytes whose scales are finite."""
    block = generator.integers(0, 256, size, dtype=np.uint8)
    for offset in HALF_SCALES.get(name, []):
        if block[offset + 1] & 0x7C == 0x7C:
            block[offset + 1] ^= 0x40
    if name == "IQ1_M" and block[55] & 0x70 == 0x70 and block[53] & 0xC0 == 0xC0:
        block[55] ^= 0x40
    if name == "BF16" and block[1] & 0x7F == 0x7F:
        block[1] ^= 0x40
    if name == "MXFP4":
        # The greatest scales overflow.
        block[0] = block[0] % 252
    return block


def fnv1a(data):
    """Fowler, Noll, Vo: 64 bits."""
    word = 0xCBF29CE484222325
    for byte in data:
        word = (word ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return word


def blocks():
    print("# type, blocks in hexadecimal, FNV-1a of the decoded numbers, bit patterns of the first block; tools/gguf_vectors.py")
    print(f"# gguf {importlib.metadata.version('gguf')}")
    for name in sorted(t.name for t in quants._type_traits):
        kind = gguf.GGMLQuantizationType[name]
        _, size = gguf.GGML_QUANT_SIZES[kind]
        generator = np.random.default_rng(kind.value)
        data = np.stack([finite_block(name, size, generator) for _ in range(BLOCKS)])
        values = quants.dequantize(data, kind).astype(np.float32)
        first = " ".join(f"{word:08x}" for word in values[0].view(np.uint32))
        print(f"{name} {data.tobytes().hex()} {fnv1a(values.tobytes()):016x} {first}")


def points():
    print("// Printed by tools/gguf_vectors.py from `gguf.quants`; the tables are those of ggml-common.h")
    print("// (Copyright (c) 2023-2026 The ggml authors, MIT license).\n")
    print("/// The points of IQ1, IQ2 and IQ3.")
    print("enum PointTables {")
    for index, (name, kind) in enumerate(POINTS):
        table = getattr(quants, kind)
        rows, width = table.grid_shape
        alphabet = ", ".join(str(int(v)) for v in table.grid_map)
        print(("" if index == 0 else "\n") + f"    /// {rows} points of {width}")
        print(f"    static let {name} = PointTable(\n        width: {width}, alphabet: [{alphabet}],\n        packed: \"\"\"")
        text = table.grid_hex.decode()
        for start in range(0, len(text), 112):
            print("            " + text[start:start + 112])
        print("            \"\"\")")
    print("}")


if __name__ == "__main__":
    {"blocks": blocks, "points": points}[sys.argv[1]]()
