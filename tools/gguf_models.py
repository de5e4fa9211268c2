"""Writes small GGUF models with drawn weights, one for each architecture that is imported, and the logits that
`gguf_reference.py` computes for them without rounding (pip install gguf numpy).

    python3 -m tools.gguf_models Tests/FrontendsTests/Fixtures/models

NAME.gguf is the model (or the first of its files), NAME.txt its tokens in the first line and a line of logits for each of them.
"""

import os
import sys
import tempfile

import gguf
import numpy as np

from tools.gguf_reference import Model

HIDDEN, FEED_FORWARD, VOCABULARY, TOKENS = 16, 24, 20, 6
# Name, layers, heads, heads of keys and values, width of a head, more metadata.
MODELS = [
    ("llama", 2, 2, 1, 8, {"rope.freq_base": 500.0}),
    ("qwen2", 2, 2, 1, 8, {}),
    ("qwen3", 2, 2, 1, 12, {"attention.key_length": 12, "attention.value_length": 12}),
    ("gemma", 1, 2, 1, 8, {}),
    ("gemma2", 2, 2, 1, 8, {"attention.sliding_window": 3, "final_logit_softcapping": 2.0}),
    ("gemma3", 6, 2, 1, 8, {"attention.sliding_window": 3, "rope.freq_base": 700.0}),
    ("phi2", 2, 2, 2, 8, {"rope.dimension_count": 4}),
    ("phi3", 2, 2, 1, 8, {"rope.dimension_count": 8, "attention.sliding_window": 2}),
    ("gpt2", 2, 2, 2, 8, {}),
    ("llama-scaled", 1, 2, 1, 8, {"rope.freq_base": 500.0, "rope.scaling.factor": 2.0}),
    ("granite", 2, 2, 1, 8, {"attention.scale": 0.25, "embedding_scale": 3.0, "residual_scale": 0.5, "logit_scale": 2.0}),
    ("olmo2", 2, 2, 1, 8, {}),
    ("stablelm", 2, 2, 1, 8, {"rope.dimension_count": 4}),
    ("stablelm-parallel", 2, 2, 2, 8, {"rope.dimension_count": 4}),
    ("starcoder2", 2, 2, 1, 8, {}),
    ("smollm3", 4, 2, 1, 8, {"rope.freq_base": 500.0}),
    ("llama-split", 2, 2, 1, 8, {}),
    ("nemotron", 2, 2, 1, 8, {"rope.dimension_count": 4}),
    ("olmo", 2, 2, 1, 8, {"attention.clamp_kqv": 0.7}),
    ("command-r", 2, 2, 1, 8, {"logit_scale": 0.5}),
    ("gptneox", 2, 2, 2, 8, {"rope.dimension_count": 4, "use_parallel_residual": True}),
    ("gptneox-sequential", 2, 2, 2, 8, {"rope.dimension_count": 8, "use_parallel_residual": False}),
    ("falcon", 2, 2, 1, 8, {}),
    ("falcon-grouped", 2, 4, 2, 4, {}),
    ("bloom", 2, 4, 4, 4, {}),
    ("mpt", 2, 4, 4, 4, {"attention.max_alibi_bias": 4.0, "attention.clamp_kqv": 0.7}),
    ("starcoder", 2, 2, 1, 8, {}),
]
LAYER_NORM = {"phi2", "gpt2", "stablelm", "starcoder2", "nemotron", "gptneox", "falcon", "bloom", "starcoder"}
# LayerNorm without bias, and without gain.
GAIN_ONLY, PLAIN = {"command-r", "mpt"}, {"olmo"}
# Those in which every linear layer has a bias, and no gate.
BIASED = {"phi2", "gpt2", "starcoder2", "gptneox", "bloom", "starcoder"}
UNGATED = BIASED | {"falcon", "mpt", "nemotron"}
FUSED = {"phi2", "phi3", "gpt2", "gptneox", "falcon", "bloom", "mpt", "starcoder"}
ONE_NORM = {"phi2", "stablelm-parallel", "command-r", "falcon", "falcon-grouped"}


class Writer:
    def __init__(self, path, arch, seed, tensors_per_file):
        self.file = gguf.GGUFWriter(path, arch, split_max_tensors=tensors_per_file)
        self.random = np.random.default_rng(seed)
        self.arch = arch
        self.has_second_norm = False

    def matrix(self, name, rows, columns):
        values = self.random.normal(0, columns**-0.5, (rows, columns)).astype(np.float16)
        self.file.add_tensor(f"{name}.weight", values)

    def table(self, name, rows, scale):
        """Of more bits than f16 has."""
        self.file.add_tensor(f"{name}.weight", self.random.normal(0, scale, (rows, HIDDEN)).astype(np.float32))

    def vector(self, name, size, around=0.0):
        self.file.add_tensor(name, (around + self.random.normal(0, 0.2, size)).astype(np.float32))

    def norm(self, name, size=HIDDEN):
        if self.arch in PLAIN:
            return
        self.vector(f"{name}.weight", size, around=1)
        if self.arch in LAYER_NORM:
            self.vector(f"{name}.bias", size)

    def linear(self, name, rows, columns, bias=False):
        self.matrix(name, rows, columns)
        if bias:
            self.vector(f"{name}.bias", rows)

    def block(self, layer, heads, groups, width, parallel):
        name, arch = f"blk.{layer}", self.arch
        has_all = arch in BIASED
        if arch != "olmo2":
            self.norm(f"{name}.attn_norm")
        if self.has_second_norm:
            self.norm(f"{name}.attn_norm_2")
        sizes = {"q": heads * width, "k": groups * width, "v": groups * width}
        if arch in FUSED:
            self.linear(f"{name}.attn_qkv", sum(sizes.values()), HIDDEN, has_all)
        else:
            for part, rows in sizes.items():
                self.linear(f"{name}.attn_{part}", rows, HIDDEN, arch == "qwen2")
        if arch in ("qwen3", "gemma3", "olmo2"):
            self.norm(f"{name}.attn_q_norm", heads * width if arch == "olmo2" else width)
            self.norm(f"{name}.attn_k_norm", groups * width if arch == "olmo2" else width)
        self.linear(f"{name}.attn_output", HIDDEN, heads * width, has_all)
        if arch in ("gemma2", "gemma3", "olmo2"):
            self.norm(f"{name}.post_attention_norm")
            self.norm(f"{name}.post_ffw_norm")
        if not parallel and arch != "olmo2":
            self.norm(f"{name}.ffn_norm")
        if arch == "phi3":
            self.linear(f"{name}.ffn_up", 2 * FEED_FORWARD, HIDDEN)
        else:
            self.linear(f"{name}.ffn_up", FEED_FORWARD, HIDDEN, has_all)
            if arch not in UNGATED:
                self.linear(f"{name}.ffn_gate", FEED_FORWARD, HIDDEN)
        self.linear(f"{name}.ffn_down", HIDDEN, FEED_FORWARD, has_all)


def write(path, seed, name, layers, heads, groups, width, more, tensors_per_file=0):
    arch = name if name == "command-r" else name.split("-")[0]
    writer = Writer(path, arch, seed, tensors_per_file)
    writer.has_second_norm = name == "falcon-grouped"
    file = writer.file
    for key, value in {"context_length": 32, "embedding_length": HIDDEN, "block_count": layers, "feed_forward_length": FEED_FORWARD,
                       "attention.head_count": heads, "attention.head_count_kv": groups}.items():
        file.add_uint32(f"{arch}.{key}", value)
    kind = "layer_norm_epsilon" if arch in LAYER_NORM | GAIN_ONLY | PLAIN else "layer_norm_rms_epsilon"
    file.add_float32(f"{arch}.attention.{kind}", 1e-5)
    for key, value in more.items():
        add = {bool: file.add_bool, float: file.add_float32, int: file.add_uint32}[type(value)]
        add(f"{arch}.{key}", value)
    writer.table("token_embd", VOCABULARY, 1.0)
    if arch in ("gpt2", "starcoder"):
        writer.table("position_embd", 32, 0.5)
    if arch == "bloom":
        writer.norm("token_embd_norm")
    if name == "llama-scaled":
        file.add_tensor("rope_freqs.weight", np.array([1, 1.5, 3, 8], np.float32))
    for layer in range(layers):
        writer.block(layer, heads, groups, width, name in ONE_NORM)
    writer.norm("output_norm")
    if arch in ("qwen2", "phi2", "phi3", "olmo2", "stablelm", "nemotron", "olmo", "gptneox"):
        writer.linear("output", VOCABULARY, HIDDEN, arch == "phi2")
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for seed, model in enumerate(MODELS):
        stem, path = model[0], os.path.join(folder, f"{model[0]}.gguf")
        if stem.endswith("-split"):
            write(path, seed, *model, tensors_per_file=8)
            # The reference reads one file.
            stem, path = f"{stem}-00001-of-00003", os.path.join(tempfile.mkdtemp(), f"{stem}.gguf")
        write(path, seed, *model)
        tokens = np.random.default_rng(seed).integers(0, VOCABULARY, TOKENS)
        logits = Model(path, "none").logits(tokens)
        with open(os.path.join(folder, f"{stem}.txt"), "w") as file:
            file.write(" ".join(map(str, tokens)) + "\n")
            for row in logits:
                file.write(" ".join(f"{value:.9g}" for value in row) + "\n")


if __name__ == "__main__":
    main()
