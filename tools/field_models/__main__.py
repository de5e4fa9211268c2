"""Exports small networks with torch in several operator sets, quantises them with ONNX Runtime, and compares what accelsim computes with
what ONNX Runtime does.

    apt-get install python3-torch
    /usr/bin/python3 -m venv --system-site-packages VENV && VENV/bin/pip install onnx==1.18.0 onnxruntime 'numpy<2' 'ml_dtypes<0.6'
    VENV/bin/python3 -m tools.field_models --accelsim .build/release/accelsim [--only WORD] [--folder FOLDER] [--opset 13 --opset 17]

A line for each: its name, `right`, `wrong`, `refused` or `crash`, the greatest difference by the greatest output, or the reason.
"""

import argparse
import collections
import pathlib
import sys
import tempfile
import warnings

from tools.field_models import images, parts, sequences
from tools.field_models.compare import verdict
from tools.field_models.variants import variants

MODELS = images.MODELS | sequences.MODELS | parts.MODELS


def main():
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser()
    parser.add_argument("--accelsim", default=".build/release/accelsim")
    parser.add_argument("--only", action="append", default=[], help="models whose name holds this word")
    parser.add_argument("--variant", action="append", default=[], help="variants whose name holds this word")
    parser.add_argument("--opset", action="append", type=int, default=[], help="9, 11, 13 and 17 when left out")
    parser.add_argument("--folder", type=pathlib.Path, help="keeps the files there, and takes those that are there already")
    arguments = parser.parse_args()
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or pathlib.Path(temporary)
        for name, (make, draw) in MODELS.items():
            if arguments.only and not any(word in name for word in arguments.only):
                continue
            for variant in variants(name, make, draw, folder, arguments.opset or [9, 11, 13, 17]):
                if arguments.variant and not any(word in variant.name for word in arguments.variant):
                    continue
                result, detail = verdict(arguments.accelsim, variant)
                counts[result] += 1
                print(f"{name:40}{variant.name:36}{result:9}{detail}", flush=True)
    print(", ".join(f"{count} {result}" for result, count in counts.items()))


if __name__ == "__main__":
    sys.exit(main())
