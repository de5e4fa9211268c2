"""Values against codes and bytes written out by hand."""

import os
import tempfile
import unittest

import numpy as np

from tools.graph_format import safetensors
from tools.graph_format.codecs import Codec, pack, unpack


class CodecTests(unittest.TestCase):
    def test_values_and_codes(self):
        cases = [
            ("int2", [-2, -1, 0, 1], [2, 3, 0, 1]),
            ("int4", [-8, -3, 0, 7], [8, 13, 0, 7]),
            ("uint2", [0, 1, 2, 3], [0, 1, 2, 3]),
            ("bipolar1", [-1, 1], [0, 1]),
            ("bipolar2", [-3, -1, 1, 3], [0, 1, 2, 3]),
            ("ternary", [-1, 0, 1], [0, 1, 2]),
        ]
        for name, values, codes in cases:
            codec = Codec.named(name)
            self.assertEqual(codec.codes(values).tolist(), codes, name)
            self.assertEqual(codec.values(codes).tolist(), values, name)

    def test_values_outside_are_refused(self):
        for name, value in [("int2", 2), ("ternary", -2), ("bipolar2", 0), ("uint4", -1)]:
            with self.assertRaises(ValueError, msg=name):
                Codec.named(name).codes([value])

    def test_first_element_lies_in_the_lowest_bits(self):
        packed = pack(Codec.named("int4").codes([[1, -3, 7], [-8, 0, -1]]), 4)
        self.assertEqual(packed.tolist(), [[0xD1, 0x07], [0x08, 0x0F]])
        packed = pack(np.array([[0, 1, 2, 1, 2]]), 2)
        self.assertEqual(packed.tolist(), [[0b01100100, 0b10]])

    def test_codes_cross_bytes(self):
        codes = np.array([[5, 6, 7, 1]])
        self.assertEqual(pack(codes, 3).tolist(), [[0b11_110_101, 0b001_1]])
        self.assertEqual(unpack(pack(codes, 3), 3, 4).tolist(), codes.tolist())

    def test_bytes_hold_values_or_codes(self):
        self.assertEqual(Codec.named("int4").stored([-3], "bytes").tolist(), [-3])
        self.assertEqual(Codec.named("bipolar2").stored([-3], "bytes").tolist(), [0])


class SafetensorsTests(unittest.TestCase):
    def test_header_and_data(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.safetensors")
            safetensors.write(path, {"a": np.array([[1, -2]], dtype=np.int8), "b": np.array([1.5], dtype=np.float32)})
            with open(path, "rb") as file:
                raw = file.read()
            length = int.from_bytes(raw[:8], "little")
            self.assertEqual(length % 8, 0)
            self.assertEqual(raw[8 + length:], bytes([1, 254, 0, 0, 0xC0, 0x3F]))
            tensors = safetensors.read(path)
        self.assertEqual(tensors["a"].tolist(), [[1, -2]])
        self.assertEqual(tensors["b"].tolist(), [1.5])


if __name__ == "__main__":
    unittest.main()
