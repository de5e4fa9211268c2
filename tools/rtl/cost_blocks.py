"""The blocks whose costs are measured: elements, and arrays of the presets' engines in sizes from which larger ones follow."""

import json
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatch
from hashlib import sha256

from tools.rtl.blocks import ACCELSIM, blocks
from tools.rtl.sources import RTL, search_path

# Too large for an element, or only for FPGAs.
NO_ELEMENTS = ("dsp-chain/dsp_slice*", "dsp-chain/dsp_chain_row*", "dsp-chain/int*", "lut-tc/lut_select:3-32", "lut-tc/lut_select:4-16-16")


@dataclass
class CostBlock:
    folder: str
    top: str
    parameters: dict
    # Of the text of its modules.
    digest: str
    # How accelsim cosim is told of it.
    selection: list
    is_array: bool

    @property
    def module(self):
        return f"{self.folder}/{self.top}"


@dataclass
class Family:
    """Arrays of one engine that differ by size."""

    kind: str
    # Names of what is scaled, in the engine's terms.
    scaled: tuple
    # Sizes that are fitted, and one that the fit does not see.
    fitted: list
    checked: tuple
    # The engine's other parameters: functions of the size.
    fixed: dict

    def specification(self, size):
        sizes = dict(zip(self.scaled, size))
        others = {name: value(sizes) if callable(value) else value for name, value in self.fixed.items()}
        return {"kind": self.kind, "parameters": sizes | others}


# A scale lane is many multipliers large, so most arrays have one, and another says what each costs.
SIZED = ("rows", "columns", "epilogueLanes")
SQUARE = [(4, 4, 1), (4, 8, 1), (8, 4, 1), (8, 8, 1), (4, 4, 2)]
TREES = [(16, 1, 1), (16, 2, 1), (32, 1, 1), (32, 2, 1), (16, 2, 2)]
TABLES = [(2, 8, 1), (2, 16, 1), (4, 8, 1), (4, 16, 1), (2, 8, 2)]
CHECKED = (12, 12, 1)
# Partial sums beyond one row are a memory, and costed as one.
ONE_ROW = {"partialRows": 1}
FAMILIES = {
    "mac": Family("mac", SIZED, SQUARE, CHECKED, ONE_ROW | {"selectorInputs": 1}),
    "lut-tc": Family("lut-tc", ("m", "n", "epilogueLanes"), TABLES, (2, 32, 1), {"k": 4, "arrays": 1}),
    "mixpe": Family("mixpe", SIZED, SQUARE, CHECKED, ONE_ROW | {"selectorInputs": 1}),
    "olive": Family("olive", SIZED, SQUARE, CHECKED, {}),
    "mac-selectors": Family("mac", SIZED, SQUARE, CHECKED, ONE_ROW | {"selectorInputs": 32}),
    "ant": Family("ant", SIZED, SQUARE, CHECKED, {}),
    "olaccel": Family("olaccel", SIZED, SQUARE, CHECKED, ONE_ROW | {"outlierLanes": lambda sizes: sizes["columns"]}),
    # Float adders throughout: 64 elements are 400,000 cells, and more than a night.
    "gobo": Family(
        "gobo", ("rows", "columns", "multipliers"), [(2, 2, 1), (4, 4, 1), (4, 8, 1), (8, 4, 1), (4, 4, 2)], (6, 6, 1), {}),
    "bitfusion": Family(
        "bitfusion", SIZED, [(2, 4, 1), (2, 8, 1), (4, 4, 1), (4, 8, 1), (2, 4, 2)], (8, 8, 1), ONE_ROW),
    "bit-serial": Family(
        "bit-serial", SIZED, [(2, 2, 1), (2, 4, 1), (4, 2, 1), (4, 4, 1), (2, 2, 2)], (4, 8, 1), {"lanes": 128}),
    "lut-tc-full": Family(
        "lut-tc", ("m", "n", "epilogueLanes"), TABLES, (2, 32, 1), {"k": 4, "arrays": 1, "symmetric": False}),
    "serial-mac": Family("serial-mac", ("columns",), [(1,), (2,)], (4,), {}),
    "mixpe-selectors": Family("mixpe", SIZED, SQUARE, CHECKED, ONE_ROW | {"selectorInputs": 32}),
    "mac-fp8": Family("mac", SIZED, TREES, (32, 3, 1), ONE_ROW | {"operands": "fp8"}),
    "mac-fp16": Family("mac", SIZED, TREES, (32, 3, 1), ONE_ROW | {"operands": "fp16"}),
    "mac-fp16-dequantise-first": Family(
        "mac", SIZED, TREES, (32, 3, 1), ONE_ROW | {"operands": "fp16-dequantise-first", "dequantiseLanes": 1}),
    "mixpe-fp16": Family(
        "mixpe", SIZED, [(16, 2, 1), (16, 4, 1), (32, 2, 1), (32, 4, 1), (16, 2, 2)], (48, 2, 1), ONE_ROW | {
            "operands": "fp16"}),
}


def array(family, size):
    """The block of an array of this size."""
    text = json.dumps(family.specification(size))
    listed = subprocess.run(
        [ACCELSIM, "cosim", "--engine", text, "--json"], check=True, stdout=subprocess.PIPE, text=True).stdout
    [entry] = json.loads(listed)
    return cost_block(
        entry["folder"], entry["top"], entry["parameters"], entry["modules"], ["--engine", text], is_array=True)


# Arrays that are listed blocks.
LISTED = {"lut-tc-ablation": [f"lut-tc/lut_tensor_core:ablation-{name}" for name in ("full", "half", "folded", "moved")]}
# One multiply-accumulate: activations times narrower or equally wide weights.
# Nine bits hold codes of eight without a sign, or less their zero point.
WIDTHS = [f"common/multiply_accumulate:{activation}x{weight}" for activation in range(1, 10) for weight in range(1, activation + 1)]
# Ports of formats that no array has.
WIDTHS += ["mac/float_code_port:e2m3", "mac/float_code_port:e3m2"]


def listed(names):
    """Blocks by their names."""
    for name in names:
        text = subprocess.run(
            [ACCELSIM, "cosim", "--block", name, "--json"], check=True, stdout=subprocess.PIPE, text=True).stdout
        [entry] = json.loads(text)
        yield cost_block(
            entry["folder"], entry["top"], entry["parameters"], entry["modules"], ["--block", name], entry["kind"] == "array")


def elements():
    """Every block that is no array and not large, one for each set of parameters."""
    found = {}
    for block in blocks():
        if block.kind == "block" and not any(fnmatch(block.name, pattern) for pattern in NO_ELEMENTS):
            name = (block.folder, block.top, tuple(sorted(block.parameters.items())))
            found.setdefault(name, cost_block(
                block.folder, block.top, block.parameters, block.modules, ["--block", block.name], is_array=False))
    return list(found.values())


def cost_block(folder, top, parameters, modules, selection, is_array):
    digest = sha256()
    for module in sorted(modules):
        file = next(place / f"{module}.sv" for place in search_path(folder) if (place / f"{module}.sv").exists())
        digest.update(file.read_bytes())
    for file in sorted((RTL / "common").glob("*.svh")):
        digest.update(file.read_bytes())
    return CostBlock(folder, top, parameters, digest.hexdigest()[:20], selection, is_array)
