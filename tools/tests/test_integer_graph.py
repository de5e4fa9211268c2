"""The integer emulation against exact rationals and loops."""

import itertools
import math
import random
import types
import unittest
from fractions import Fraction

import numpy as np

from tools.fashion_mnist import integer_graph
from tools.graph_format.codecs import Codec


class File(types.SimpleNamespace):
    """As much of a GraphFile as one node needs."""

    def scale(self, encoding):
        scale = encoding["scale"]
        return self.constants[scale] if isinstance(scale, str) else np.float32(scale)


def multiplier_and_shift(ratio):
    """M and E of docs/numerics.md for a positive binary64 number, in exact arithmetic."""
    fraction, exponent = math.frexp(ratio)
    return math.floor(Fraction(fraction) * 2**31 + Fraction(1, 2)), 31 - exponent


class IntegerGraphTests(unittest.TestCase):
    def test_requantise_rounds_half_to_even(self):
        generator = random.Random(5)
        scales = np.array([0.5, 2.0**-9, 0.0123, 0.75], dtype=np.float32)
        sums = [[generator.randrange(-3000, 3000) for _ in scales] for _ in range(500)]
        node = {"name": "q", "inputs": ["sum"], "encoding": {"codec": "int8", "scale": 1.0, "zero": -5}}
        tensors = {"sum": integer_graph.Accumulator(np.array(sums), scales)}
        found = integer_graph.requantise(File(constants={}), node, tensors, {}).values
        for row, expected_row in zip(found.tolist(), sums):
            for value, total, scale in zip(row, expected_row, scales.tolist()):
                multiplier, shift = multiplier_and_shift(scale)
                exact = round(Fraction(total * multiplier, 2**shift)) - 5
                self.assertEqual(value, min(max(exact, -128), 127))

    def test_padding_stands_for_zero(self):
        generator = np.random.default_rng(3)
        x = integer_graph.Codes(
            generator.integers(-128, 128, (2, 5, 4, 3)), np.float32(0.5), -128, Codec.named("int8"))
        weight = generator.integers(-8, 8, (4, 3, 2, 3))
        bias = generator.integers(-100, 100, 4)
        encoding = {"codec": "int4", "scale": 0.25}
        file = File(constants={"w": weight, "b": bias}, graph={"constants": {"w": {"encoding": encoding}}})
        node = {"name": "c", "inputs": ["x", "w", "b"], "stride": [2, 1], "padding": [1, 0, 2, 1]}
        found = integer_graph.convolve(file, node, {"x": x}, {}).values
        self.assertEqual(found.shape, (2, 3, 4, 4))
        for n, row, column, o in itertools.product(*map(range, found.shape)):
            total = int(bias[o])
            for i, j, c in itertools.product(range(3), range(2), range(3)):
                y, z = 2 * row + i - 1, column + j
                if 0 <= y < 5 and 0 <= z < 4:
                    total += (int(x.values[n, y, z, c]) + 128) * int(weight[o, i, j, c])
            self.assertEqual(found[n, row, column, o], total)


if __name__ == "__main__":
    unittest.main()
