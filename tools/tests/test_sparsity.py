"""N:M rows against vectors written out by hand."""

import unittest

import numpy as np

from tools.graph_format import sparsity
from tools.graph_format.codecs import Codec

# Each 2:4 nibble is i0 | i1 << 2, as PyTorch's semi-structured conversion makes them: 1101 1100 1110 0100.
ROW = [0, 5, 0, -3, 7, 0, 0, 2, 0, 0, 4, 0, -1, -6, 0, 0]
# 4:16 with indices of four bits.
SIXTEEN = [0, 0, 9, 0, 0, -4, 0, 0, 0, 0, 0, 7, 0, 0, 0, -2]


class SparsityTests(unittest.TestCase):
    def test_kept_values_and_positions(self):
        kept, positions = sparsity.compress([ROW], 2, 4)
        self.assertEqual(kept.tolist(), [[5, -3, 7, 2, 4, 0, -1, -6]])
        self.assertEqual(positions.tolist(), [[1, 3, 0, 3, 2, 3, 0, 1]])
        self.assertEqual(Codec("uint", 2).stored(positions, "packed").tolist(), [[0xCD, 0x4E]])
        kept, positions = sparsity.compress([SIXTEEN], 4, 16)
        self.assertEqual(kept.tolist(), [[9, -4, 7, -2]])
        self.assertEqual(Codec("uint", 4).stored(positions, "packed").tolist(), [[0x52, 0xFB]])

    def test_expanding_is_the_inverse(self):
        generator = np.random.default_rng(3)
        for n, m, last in [(2, 4, 16), (1, 8, 13), (4, 16, 7), (8, 32, 65)]:
            values = sparsity.prune(generator.integers(-128, 128, size=(3, 2, last)), n, m)
            kept, positions = sparsity.compress(values, n, m)
            self.assertEqual(kept.shape, (3, 2, -(-last // m) * n))
            self.assertEqual(sparsity.expand(kept, positions, m, last).tolist(), values.tolist())

    def test_the_greatest_magnitudes_stay(self):
        self.assertEqual(sparsity.prune([3, -4, 1, 4, 9, 0], 2, 4).tolist(), [0, -4, 0, 4, 9, 0])
        self.assertEqual(sparsity.prune([2, 2, -2, 2], 2, 4).tolist(), [2, 2, 0, 0])

    def test_columns_that_share_positions(self):
        # Magnitudes of both columns sum to 3, 8, 9, 5 and 4, 4.
        pruned = sparsity.prune([[3, -5, 1, 4, 2, 0], [0, 3, -8, 1, -2, 4]], 2, 4, columns=2)
        self.assertEqual(pruned.tolist(), [[0, -5, 1, 0, 2, 0], [0, 3, -8, 0, -2, 4]])
        kept, positions = sparsity.compress([[0, 5, 0, 0, -3, 0], [0, 0, 7, 0, 4, 0], [2, 0, 0, 3, 0, 6]], 2, 4, columns=2)
        self.assertEqual(kept.tolist(), [[5, 0, -3, 0], [0, 7, 4, 0], [2, 3, 6, 0]])
        self.assertEqual(positions.tolist(), [[1, 2, 0, 3], [0, 3, 1, 3]])
        generator = np.random.default_rng(5)
        for n, m, shape, columns in [(2, 4, (7, 16), 3), (1, 8, (5, 2, 13), 2), (8, 32, (4, 65), 64)]:
            values = sparsity.prune(generator.integers(-128, 128, size=shape), n, m, columns)
            kept, positions = sparsity.compress(values, n, m, columns)
            self.assertEqual(positions.shape, (-(-shape[0] // columns), *kept.shape[1:]))
            self.assertEqual(sparsity.expand(kept, positions, m, shape[-1], columns).tolist(), values.tolist())

    def test_too_many_values_are_refused(self):
        with self.assertRaises(ValueError):
            sparsity.compress([1, 2, 3, 0], 2, 4)


if __name__ == "__main__":
    unittest.main()
