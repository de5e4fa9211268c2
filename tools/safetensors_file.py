"""Reads and writes safetensors files with numpy (format: huggingface/safetensors). bfloat16 becomes float32 and back."""

import json
import struct

import numpy as np

TYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32, "U8": np.uint8, "I8": np.int8}


class Bfloat16:
    """An array that is written as bfloat16; its numbers have to be such numbers."""

    def __init__(self, values):
        bits = np.asarray(values, np.float32).view(np.uint32)
        self.values = ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        if entry["dtype"] == "BF16":
            values = (np.frombuffer(data[start:end], np.uint16).astype(np.uint32) << 16).view(np.float32)
        else:
            values = np.frombuffer(data[start:end], TYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    return tensors


def write(path, tensors):
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        if isinstance(tensor, Bfloat16):
            kind, shape, data = "BF16", tensor.values.shape, (tensor.values.view(np.uint32) >> 16).astype(np.uint16).tobytes()
        else:
            kind = next(kind for kind, type_ in TYPES.items() if tensor.dtype == type_)
            shape, data = tensor.shape, np.ascontiguousarray(tensor).tobytes()
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)
