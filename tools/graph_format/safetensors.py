"""The safetensors container: 8 bytes of header length, a JSON header, then the data, all little-endian."""

import json

import numpy as np

NAMES = {
    "int8": "I8", "uint8": "U8", "int16": "I16", "uint16": "U16", "int32": "I32", "float16": "F16", "float32": "F32",
}
TYPES = {name: np.dtype(kind).newbyteorder("<") for kind, name in NAMES.items()}


def write(path, tensors):
    """Writes a dictionary of name to numpy array, in its order."""
    header, data = {}, []
    offset = 0
    for name, array in tensors.items():
        array = np.asarray(array)
        kind = NAMES[array.dtype.name]
        raw = array.astype(TYPES[kind]).tobytes(order="C")
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [offset, offset + len(raw)]}
        data.append(raw)
        offset += len(raw)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        file.writelines(data)


def read(path):
    """Name to numpy array."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[start:end], dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors
