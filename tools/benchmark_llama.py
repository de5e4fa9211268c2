"""Tokens per second of values computed by accelsim, without time, and of llama.cpp: the same GGUF file, prompt and threads, one after another.

    pip install xllamacpp
    python3 tools/benchmark_llama.py MODEL.gguf --accelsim .build/release/accelsim --threads 2

llama.cpp says itself how long its tokens took. Those of accelsim are counted as its progress shows them, from the third one on: reading, compiling,
the prompt and the first step, which decodes the weights, are in neither figure. The texts of the two part after some tokens, and do not matter.
"""

import argparse
import json
import os
import pty
import re
import subprocess
import sys
import tempfile
import time

import xllamacpp


def of_llama(model, prompt, count, threads):
    """Tokens per second behind the first."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    parameters.n_ctx = 512
    parameters.n_parallel = 1
    server = xllamacpp.Server(parameters)
    request = {"prompt": prompt, "n_predict": count, "temperature": 0, "ignore_eos": True, "cache_prompt": False}
    answer = server.handle_completions(request)
    if isinstance(answer, (str, bytes)):
        answer = json.loads(answer)
    timings = answer.get("timings") or answer["choices"][0]["timings"]
    return timings["predicted_per_second"]


def of_accelsim(tool, graph, arch, prompt, count, threads):
    """Tokens per second behind the third."""
    command = [tool, "run", graph, "--arch", arch, "--threads", str(threads), "--prompt-tokens", ",".join(map(str, prompt))]
    # One program serves all steps.
    command += ["--decode-bucket", str(len(prompt) + count + 3), "--generate", str(count + 3)]
    command += ["--convert"] if arch == "olive" else []
    # Progress is shown on a terminal only.
    terminal, error = pty.openpty()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=error)
    os.close(error)
    times = {}
    text = b""
    while True:
        try:
            read = os.read(terminal, 4096)
        except OSError:
            break
        if not read:
            break
        text = (text + read)[-4096:]
        for found in re.findall(rb"(\d+) of \d+ tokens", text):
            times.setdefault(int(found), time.monotonic())
    os.close(terminal)
    if process.wait() != 0:
        sys.exit(f"{' '.join(command)}: failed")
    return count / (times[count + 3] - times[3])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--accelsim", default=".build/release/accelsim")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=32, help="tokens that are timed")
    parser.add_argument("--arch", default="lut-tc,mixpe,olive")
    parser.add_argument("--weights", default="int8:group=32")
    parser.add_argument("--activations", default="int8")
    arguments = parser.parse_args()
    prompt = [504, 3575, 282, 4649, 314]
    theirs = of_llama(arguments.model, prompt, arguments.tokens, arguments.threads)
    print(f"{'llama.cpp':12}{theirs:10.2f} tokens/s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        graph = folder + "/graph.json"
        subprocess.run(
            [arguments.accelsim, "import", arguments.model, "-o", graph, "--weights", arguments.weights,
             "--activations", arguments.activations], check=True, capture_output=True)
        for arch in arguments.arch.split(","):
            ours = of_accelsim(arguments.accelsim, graph, arch, prompt, arguments.tokens, arguments.threads)
            print(f"{arch:12}{ours:10.2f} tokens/s, {ours / theirs:.3f} of llama.cpp", flush=True)


if __name__ == "__main__":
    sys.exit(main())
