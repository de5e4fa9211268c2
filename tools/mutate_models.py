"""Damages model files in seeded ways and imports what is left of them: every one has to become a graph, or be refused with exit code 65 and a place,
in little time and memory (pip install onnx==1.18.0 for the ONNX model).

    python3 -m tools.mutate_models --accelsim .build/release/accelsim --count 200

--count is the number of files of each of the three formats: GGUF, ONNX, and safetensors with its config.json.
"""

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time

FIXTURES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Tests", "FrontendsTests", "Fixtures")
SECONDS, MEMORY = 20, 256 << 20


def onnx_model(path):
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    draw = np.random.default_rng(0)
    constants = {"w": draw.normal(size=(4, 3, 3, 3)), "b": draw.normal(size=4), "gain": draw.normal(size=4), "f": draw.normal(size=(36, 5))}
    tensors = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in constants.items()]
    tensors.append(numpy_helper.from_array(np.array([1, -1], np.int64), "shape"))
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["a"], pads=[0, 0, 0, 0]),
        helper.make_node("BatchNormalization", ["a", "gain", "b", "b", "gain"], ["n"]),
        helper.make_node("Relu", ["n"], ["r"]), helper.make_node("MaxPool", ["r"], ["m"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Reshape", ["m", "shape"], ["flat"]), helper.make_node("MatMul", ["flat", "f"], ["s"]),
        helper.make_node("Softmax", ["s"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes, "model", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 5])], tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)]), path)


def damage(data, generator, header):
    """A few bytes are changed, exchanged, put in or left out, digits become others; now and then all behind a place is missing. Headers are where it hurts."""
    data = bytearray(data)
    for _ in range(generator.randint(1, 4)):
        place = generator.randrange(min(len(data), header) if generator.random() < 0.9 else len(data))
        kind = generator.randrange(8)
        digits = [index for index in range(place, min(place + 200, len(data))) if data[index] in b"0123456789"]
        if kind > 4 and digits:
            data[digits[0]] = generator.choice(b"0123456789")
        elif kind == 0:
            data[place] = generator.randrange(256)
        elif kind == 1:
            data[place] ^= 1 << generator.randrange(8)
        elif kind == 2:
            data[place : place + 8] = generator.choice([b"\xff" * 8, bytes(8), b"\x00\x00\x00\x80\x00\x00\x00\x00"])
        elif kind == 3:
            del data[place : place + generator.randint(1, 16)]
        else:
            data[place:place] = data[place : place + generator.randint(1, 16)]
    if generator.random() < 0.2:
        del data[generator.randrange(len(data)) :]
    return bytes(data)


def copies(folder):
    """Format, folder, files that may be damaged, and what is given to the program."""
    onnx_model(os.path.join(folder, "m.onnx"))
    found = {"onnx": [(folder, ["m.onnx"], "m.onnx")], "gguf": [], "safetensors": []}
    models = os.path.join(FIXTURES, "models")
    for name in sorted(os.listdir(models)):
        if name.endswith(".gguf"):
            found["gguf"].append((models, [name], name))
    for name in sorted(os.listdir(os.path.join(FIXTURES, "checkpoints"))):
        place = os.path.join(FIXTURES, "checkpoints", name)
        found["safetensors"].append((place, sorted(f for f in os.listdir(place) if not f.endswith(".txt")), ""))
    return found


def attempt(accelsim, model, output):
    """Exit code, standard error, seconds, bytes of memory."""
    begin = time.monotonic()
    process = subprocess.Popen([accelsim, "import", model, "-o", output], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    timer = None
    try:
        _, text = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        _, text = process.communicate()
        timer = "hangs"
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return process.returncode, timer or text, time.monotonic() - begin, memory


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accelsim", default=".build/release/accelsim")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind, sources in copies(folder).items():
            taken, refused, slowest, memory = 0, 0, 0.0, 0
            for index in range(options.count):
                generator = random.Random(f"{kind} {options.seed} {index}")
                source, files, entry = sources[index % len(sources)]
                place = os.path.join(folder, "damaged")
                shutil.rmtree(place, ignore_errors=True)
                os.makedirs(place)
                for name in files:
                    shutil.copyfile(os.path.join(source, name), os.path.join(place, name))
                victim = os.path.join(place, generator.choice(files))
                with open(victim, "rb") as file:
                    data = file.read()
                with open(victim, "wb") as file:
                    file.write(damage(data, generator, 3000))
                output = os.path.join(place, "out", "g.json")
                code, text, seconds, memory = attempt(options.accelsim, os.path.join(place, entry), output)
                slowest = max(slowest, seconds)
                named = place in text and "internal error" not in text
                if code == 0 or code == 65 and named and not os.path.exists(output):
                    taken, refused = taken + (code == 0), refused + (code == 65)
                    continue
                failures += 1
                print(f"{kind} {index} ({source}): exit code {code}: {text[:400]}", file=sys.stderr)
            print(f"{kind}: {options.count} files, {taken} imported, {refused} refused, slowest {slowest:.1f} s, at most {memory >> 20} MB")
            failures += memory > MEMORY
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
