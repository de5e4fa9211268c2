"""Saves drawn models of the Hugging Face layout with transformers, and compares what accelsim computes with what transformers does.

    apt-get install python3-torch
    /usr/bin/python3 -m venv --system-site-packages VENV
    VENV/bin/pip install --no-deps transformers==4.47.1 tokenizers==0.21.0
    VENV/bin/pip install 'huggingface_hub<1' 'numpy<2' safetensors regex pyyaml requests tqdm filelock packaging
    VENV/bin/python3 -m tools.transformers_models --accelsim .build/release/accelsim [--only WORD]
    VENV/bin/python3 -m tools.transformers_models --save Tests/FrontendsTests/Fixtures/checkpoints

A line for each: its name, `right`, `wrong` or `refused`, the greatest difference by the greatest output, or the reason.
With --save, the smaller ones of SAVED are written with `expected.txt`: tokens in the first line, then a line of outputs for each.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
import transformers

TOKENS, VOCABULARY, TOLERANCE = 7, 50, 2e-5
SIZES = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4, "vocab_size": VOCABULARY,
         "max_position_embeddings": 64, "initializer_range": 0.2}
GROUPED = SIZES | {"num_key_value_heads": 2}
WINDOWED = {"attention_types": [[["global", "local"], 1], [["local"], 1]], "window_size": 3}
GPT = {"n_embd": 32, "n_layer": 3, "n_head": 4, "n_positions": 64, "vocab_size": VOCABULARY, "initializer_range": 0.2}
NEO = {"hidden_size": 32, "num_layers": 3, "num_heads": 4, "vocab_size": VOCABULARY, "max_position_embeddings": 64,
       "initializer_range": 0.2}
MPT = {"d_model": 32, "n_layers": 3, "n_heads": 4, "vocab_size": VOCABULARY, "max_seq_len": 64, "initializer_range": 0.2}
OPT = SIZES | {"ffn_dim": 48, "word_embed_proj_dim": 32, "init_std": 0.2}
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 16}
# This version of transformers takes the context from max_position_embeddings even where the other key is.
YARN = {"rope_type": "yarn", "factor": 4.0}
# Name, model type, more of the configuration.
DECODERS = [
    ("llama", "llama", GROUPED), ("llama tied", "llama", GROUPED | {"tie_word_embeddings": True}),
    ("llama biased", "llama", GROUPED | {"attention_bias": True, "mlp_bias": True}),
    ("llama wide heads", "llama", GROUPED | {"head_dim": 12}),
    ("llama 3.1", "llama", GROUPED | {"rope_theta": 5000.0, "rope_scaling": LLAMA3}),
    ("llama linear", "llama", GROUPED | {"rope_scaling": {"rope_type": "linear", "factor": 3.0}}),
    ("llama yarn", "llama", GROUPED | {"rope_scaling": YARN}),
    ("mistral", "mistral", GROUPED | {"sliding_window": 3}), ("mistral whole", "mistral", GROUPED | {"sliding_window": None}),
    ("qwen2", "qwen2", GROUPED), ("qwen2 tied", "qwen2", GROUPED | {"tie_word_embeddings": True}),
    ("gemma", "gemma", GROUPED | {"head_dim": 8}),
    ("gemma2", "gemma2", GROUPED | {"head_dim": 12, "sliding_window": 3, "query_pre_attn_scalar": 10}),
    ("phi", "phi", SIZES), ("phi grouped", "phi", GROUPED | {"partial_rotary_factor": 0.25}),
    ("phi3", "phi3", GROUPED | {"pad_token_id": 0}), ("phi3 window", "phi3", GROUPED | {"pad_token_id": 0, "sliding_window": 3}),
    ("granite", "granite", GROUPED | {"attention_multiplier": 0.3, "embedding_multiplier": 3.0, "residual_multiplier": 0.4,
                                      "logits_scaling": 2.0}),
    ("granite plain", "granite", GROUPED), ("olmo2", "olmo2", GROUPED), ("stablelm", "stablelm", GROUPED),
    ("stablelm parallel", "stablelm", GROUPED | {"use_parallel_residual": True, "use_qkv_bias": True}),
    ("starcoder2", "starcoder2", GROUPED), ("starcoder2 window", "starcoder2", GROUPED | {"sliding_window": 3}),
    ("starcoder2 bare", "starcoder2", GROUPED | {"use_bias": False, "tie_word_embeddings": False}),
    ("gpt_neox", "gpt_neox", SIZES), ("gpt_neox sequential", "gpt_neox", SIZES | {"use_parallel_residual": False, "rotary_pct": 1.0}),
    ("opt", "opt", OPT), ("opt behind", "opt", OPT | {"do_layer_norm_before": False, "word_embed_proj_dim": 16}),
    ("gpt2", "gpt2", GPT), ("gpt2 inner", "gpt2", GPT | {"n_inner": 40, "activation_function": "relu"}),
    ("opt plain norms", "opt", OPT | {"layer_norm_elementwise_affine": False}),
    ("olmo", "olmo", GROUPED), ("olmo clipped", "olmo", GROUPED | {"clip_qkv": 0.5}),
    ("cohere", "cohere", GROUPED | {"pad_token_id": 0}),
    ("cohere scale", "cohere", GROUPED | {"pad_token_id": 0, "logit_scale": 0.5, "tie_word_embeddings": False}),
    ("glm", "glm", GROUPED | {"pad_token_id": 0, "head_dim": 8}),
    ("nemotron", "nemotron", GROUPED), ("nemotron biased", "nemotron", GROUPED | {"attention_bias": True, "mlp_bias": True}),
    ("falcon", "falcon", SIZES), ("falcon grouped", "falcon", SIZES | {"new_decoder_architecture": True, "num_kv_heads": 2}),
    ("falcon one norm", "falcon", SIZES | {"new_decoder_architecture": True, "num_kv_heads": 2, "num_ln_in_parallel_attn": 1}),
    ("falcon sequential", "falcon", SIZES | {"parallel_attn": False, "multi_query": False, "bias": True, "ffn_hidden_size": 40}),
    ("bloom", "bloom", {"hidden_size": 32, "n_layer": 3, "n_head": 4, "vocab_size": VOCABULARY, "initializer_range": 0.2}),
    ("bloom six heads", "bloom", {"hidden_size": 36, "n_layer": 2, "n_head": 6, "vocab_size": VOCABULARY, "initializer_range": 0.2}),
    ("mpt", "mpt", MPT), ("mpt six heads", "mpt", MPT | {"d_model": 36, "n_heads": 6, "attn_config": {
        "clip_qkv": 0.4, "softmax_scale": 0.2}}),
    ("gptj", "gptj", GPT | {"rotary_dim": 4}), ("gpt_neo", "gpt_neo", NEO | WINDOWED),
    ("gpt_bigcode", "gpt_bigcode", GPT), ("gpt_bigcode heads", "gpt_bigcode", GPT | {"multi_query": False, "n_inner": 40}),
    # Known to be refused.
    ("falcon alibi", "falcon", SIZES | {"alibi": True}), ("mixtral", "mixtral", GROUPED),
]
SMALL = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 20,
         "max_position_embeddings": 32, "initializer_range": 0.2, "pad_token_id": 0}
SMALL_GPT = {"n_embd": 16, "n_layer": 2, "n_head": 4, "n_positions": 32, "vocab_size": 20, "initializer_range": 0.2}
# Folder, model type, more of the configuration.
SAVED = [
    ("olmo", "olmo", SMALL | {"num_key_value_heads": 2, "clip_qkv": 0.5}),
    ("cohere", "cohere", SMALL | {"num_key_value_heads": 2, "logit_scale": 0.5}),
    ("glm", "glm", SMALL | {"num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8}),
    ("nemotron", "nemotron", SMALL | {"num_key_value_heads": 2, "mlp_bias": True}),
    ("falcon", "falcon", SMALL), ("falcon-grouped", "falcon", SMALL | {"new_decoder_architecture": True, "num_kv_heads": 2}),
    ("falcon-sequential", "falcon", SMALL | {"parallel_attn": False, "multi_query": False, "bias": True, "ffn_hidden_size": 24}),
    ("bloom", "bloom", {"hidden_size": 18, "n_layer": 2, "n_head": 3, "vocab_size": 20, "initializer_range": 0.2}),
    ("mpt", "mpt", MPT | {"d_model": 16, "n_layers": 2, "vocab_size": 20, "attn_config": {"clip_qkv": 0.4}}),
    ("gptj", "gptj", SMALL_GPT | {"n_head": 2, "rotary_dim": 4}),
    ("gpt-neo", "gpt_neo", NEO | WINDOWED | {"hidden_size": 16, "vocab_size": 20}),
    ("gpt-bigcode", "gpt_bigcode", SMALL_GPT), ("gpt-bigcode-heads", "gpt_bigcode", SMALL_GPT | {"multi_query": False}),
]
ENCODERS = [
    ("bert", "bert", SIZES), ("bert relu", "bert", SIZES | {"hidden_act": "relu", "type_vocab_size": 3}),
    ("roberta", "roberta", SIZES | {"pad_token_id": 1}), ("xlm-roberta", "xlm-roberta", SIZES | {"pad_token_id": 1}),
    ("camembert", "camembert", SIZES | {"pad_token_id": 1}),
    ("distilbert", "distilbert", {"dim": 32, "hidden_dim": 48, "n_layers": 3, "n_heads": 4, "vocab_size": VOCABULARY,
                                  "max_position_embeddings": 64, "initializer_range": 0.2}),
]
IMAGES = [("vit", "vit", SIZES | {"image_size": 16, "patch_size": 4}), ("vit bare", "vit", SIZES | {"image_size": 24, "patch_size": 8,
                                                                                                  "qkv_bias": False})]


if torch.__version__ < "2.1":
    # Nemotron's norms name the switch of the bias, which older versions do not have.
    plain_norm = torch.nn.LayerNorm.__init__
    torch.nn.LayerNorm.__init__ = (
        lambda self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None: plain_norm(
            self, normalized_shape, eps, elementwise_affine, device, dtype))


def drawn(build, kind, options):
    """A model whose norms and biases are not those of a fresh one."""
    torch.manual_seed(len(kind) + len(options))
    model = build(transformers.CONFIG_MAPPING[kind](**options)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter += 0.2 * torch.randn(parameter.shape)
    return model


def decoder(kind, options, random):
    model = drawn(transformers.AutoModelForCausalLM.from_config, kind, options)
    tokens = random.integers(2, options["vocab_size"], TOKENS)
    with torch.no_grad():
        expected = model(torch.tensor(tokens)[None], use_cache=False).logits[0]
    positions = np.arange(TOKENS)
    return model, {"tokens": tokens, "positions": positions}, expected, {"seq": TOKENS, "past": 0, "capacity": TOKENS}


def encoder(kind, options, random):
    model = drawn(transformers.AutoModel.from_config, kind, options)
    tokens, segments = random.integers(2, VOCABULARY, TOKENS), np.zeros(TOKENS, np.int64)
    with torch.no_grad():
        expected = model(torch.tensor(tokens)[None]).last_hidden_state[0]
    return model, {"tokens": tokens, "positions": np.arange(TOKENS), "segments": segments}, expected, {"seq": TOKENS}


def image(kind, options, random):
    model = drawn(transformers.AutoModelForImageClassification.from_config, kind, options)
    side = options["image_size"]
    entered = random.normal(0, 1, (1, side, side, 3)).astype(np.float32)
    with torch.no_grad():
        expected = model(torch.tensor(entered).permute(0, 3, 1, 2)).logits
    return model, {"image": entered}, expected, {}


def computed(tool, model, inputs, bindings, folder):
    """The numbers of the first output, or why there are none."""
    model.save_pretrained(folder / "model")
    graph = folder / "graph.json"
    done = run(tool, "import", folder / "model", "-o", graph, "--weights", "f32", "--activations", "f32")
    if done.returncode:
        return done.stderr
    text = json.loads(graph.read_text())
    command = [tool, "golden", graph, "--outputs", folder / "out"]
    for name in text["inputs"]:
        if name in inputs:
            values = inputs[name]
            np.save(folder / f"{name}.npy", values if values.dtype == np.float32 else values.astype(np.int32))
            command += ["--input", f"{name}={folder / name}.npy"]
    for name, value in bindings.items():
        command += ["--bind", f"{name}={value}"]
    done = run(*command)
    return done.stderr if done.returncode else np.load(folder / "out" / f"{text['outputs'][0]}.npy")


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


def verdict(tool, make, kind, options):
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as temporary:
        model, inputs, expected, bindings = make(kind, options, random)
        found = computed(tool, model, inputs, bindings, pathlib.Path(temporary))
    if isinstance(found, str):
        return "refused", found.strip().split("\n")[0].replace(temporary, "")
    expected = expected.numpy()
    if found.size != expected.size:
        return "wrong", f"{found.shape}, {expected.shape} expected"
    difference = np.abs(found.reshape(expected.shape) - expected).max() / np.abs(expected).max()
    return "right" if difference <= TOLERANCE else "wrong", f"{difference:.1e}"


def save(folder):
    for name, kind, options in SAVED:
        model, inputs, expected, _ = decoder(kind, options, np.random.default_rng(len(name)))
        model.save_pretrained(folder / name)
        (folder / name / "generation_config.json").unlink(missing_ok=True)
        rows = [inputs["tokens"], *expected.numpy()]
        (folder / name / "expected.txt").write_text("".join(" ".join(f"{value:.9g}" for value in row) + "\n" for row in rows))


def main():
    transformers.logging.set_verbosity_error()
    parser = argparse.ArgumentParser()
    parser.add_argument("--accelsim", default=".build/release/accelsim")
    parser.add_argument("--only", default="", help="models whose name holds this word")
    parser.add_argument("--save", type=pathlib.Path, help="the folder that the fixtures are in")
    arguments = parser.parse_args()
    if arguments.save:
        save(arguments.save)
        return 0
    wrong = 0
    for make, models in ((decoder, DECODERS), (encoder, ENCODERS), (image, IMAGES)):
        for name, kind, options in models:
            if arguments.only in name:
                result, detail = verdict(arguments.accelsim, make, kind, options)
                wrong += result == "wrong"
                print(f"{name:24}{result:9}{detail}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
