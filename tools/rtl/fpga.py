"""Maps blocks of rtl/ to UltraScale+ primitives and writes what they take to costs/ultrascale-plus.json.

python3 -m tools.rtl.fpga [--only TEXT] [--arrays FAMILY ...]
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tools.rtl.cost_blocks import FAMILIES, array, elements, listed
from tools.rtl.cost_table import FOLDER, key
from tools.rtl.sources import read_command

PATH = FOLDER / "ultrascale-plus.json"
FLOW = (
    "RTL elaborated by slang and mapped by yosys synth_xilinx -family xcup, flattened, without pads. DSP48E2 as dsp-chain instantiates it, "
    "elsewhere as yosys infers it for multipliers, without their registers and cascades. Left out: placement, timing."
)
# Of the model in rtl/dsp-chain: slang makes parameters of them, which the primitive does not have.
LOCAL_PARAMETERS = ("AFromCascade", "BFromCascade", "PreaddsB", "AMultipliesAD", "BMultipliesAD", "UsesMultiplier")


def kind(cell):
    """The resource that a primitive is; None for what takes none."""
    for name, prefixes in RESOURCES.items():
        if cell.startswith(prefixes):
            return name
    return None


RESOURCES = {
    "lut": ("LUT", "INV"), "flipFlops": ("FD",), "carry4": ("CARRY4",), "carry8": ("CARRY8",), "dsp": ("DSP48",),
    "bram": ("RAMB",), "uram": ("URAM",), "lutRAM": ("RAM32", "RAM64", "RAM128", "RAM256", "SRL"), "muxF": ("MUXF",)}


def mapped(block):
    """Resources of a block, counted in another process: an error of yosys ends it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mapped.json"
        done = subprocess.run(
            [sys.executable, "-m", "tools.rtl.fpga", "--map", block.folder, block.top, json.dumps(block.parameters), str(path)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{block.module} is not mapped:\n{done.stdout[-2000:]}")
        module = json.loads(path.read_text())["modules"][block.top]
    counts = Counter(cell["type"] for cell in module["cells"].values())
    resources = Counter()
    for cell, count in counts.items():
        if kind(cell):
            resources[kind(cell)] += count
    return {name: resources.get(name, 0) for name in RESOURCES}


def write_mapped(folder, top, parameters, path):
    from pyosys import libyosys

    design = libyosys.Design()
    for command in [
        read_command(folder, top, json.loads(parameters)) + " --blackboxed-module DSP48E2",
        f"setparam {' '.join(f'-unset {name}' for name in LOCAL_PARAMETERS)} t:DSP48E2",
        f"synth_xilinx -family xcup -flatten -noiopad -noclkbuf -top {top}",
        f"rename -top {top}",
        f"write_json {path}",
    ]:
        libyosys.run_pass(command, design)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="")
    parser.add_argument("--arrays", nargs="*", choices=[*FAMILIES], default=[])
    parser.add_argument("--blocks", nargs="*", default=[], help="blocks of accelsim cosim by name")
    parser.add_argument("--map", nargs=4)
    arguments = parser.parse_args()
    if arguments.map:
        write_mapped(*arguments.map)
        return 0
    known = json.loads(PATH.read_text()) if PATH.exists() else {}
    tools = {"yosys": version("pyosys")}
    entries = {
        key(entry["block"], entry["parameters"]): entry
        for entry in known.get("blocks", []) if known.get("tools") == tools and known.get("flow") == FLOW}
    wanted = [array(FAMILIES[name], size) for name in arguments.arrays for size in [*FAMILIES[name].fitted, FAMILIES[name].checked]]
    wanted += listed(arguments.blocks)
    wanted += [] if arguments.arrays or arguments.blocks else elements()
    for block in wanted:
        name = key(block.module, block.parameters)
        if arguments.only not in block.module or entries.get(name, {}).get("digest") == block.digest:
            continue
        try:
            entries[name] = {
                "block": block.module, "parameters": dict(sorted(block.parameters.items())), "digest": block.digest} | mapped(block)
        except RuntimeError as error:
            print(error)
            continue
        print(f"{block.module} {block.parameters}: {entries[name]}", flush=True)
        write(entries, tools)
    return 0


def write(entries, tools):
    head = {
        "schema": "accelsim-fpga-costs-1", "device": "UltraScale+", "tools": tools, "date": date.today().isoformat(),
        "command": "python3 -m tools.rtl.fpga", "flow": FLOW}
    lines = ",\n".join("  " + json.dumps(entries[name]) for name in sorted(entries))
    PATH.write_text(json.dumps(head, indent=1)[:-2] + f',\n "blocks": [\n{lines}\n ]\n}}\n')


if __name__ == "__main__":
    sys.exit(main())
