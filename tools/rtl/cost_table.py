"""The table of costs of one library, costs/<library>.json."""

import fcntl
import json
from datetime import date

from tools.rtl.sources import ROOT

SCHEMA = "accelsim-costs-1"
FOLDER = ROOT / "costs"
FLOW = (
    "RTL elaborated by slang, flattened and mapped by yosys and abc with buffering (at most 8 loads) and sizing for the clock, "
    "timed by OpenSTA with an ideal clock and zero-length wires, simulated without delays by Verilator on a layer's codes; energy is "
    "half of C V^2 of the input pins on each net that changes, the library's internal energy of each cell whose output changes, and the "
    "clock pins. Left out: wires, placement, clock tree, glitches."
)


class CostTable:
    def __init__(self, cells, tools, command):
        self.path = FOLDER / f"{cells.technology.full_name}.json"
        self.head = {
            "schema": SCHEMA, "library": cells.description(), "tools": tools, "date": date.today().isoformat(),
            "command": command, "flow": FLOW}
        self.blocks = self.read()

    def read(self):
        """What the file holds; costs of other Liberty files, or of other tools, are measured again."""
        known = json.loads(self.path.read_text()) if self.path.exists() else {}
        if any(known.get(name) != self.head[name] for name in ("library", "tools", "flow")):
            return {}
        return {key(entry["block"], entry["parameters"]): entry for entry in known["blocks"]}

    def find(self, block):
        """The entry of a block as it is now, or None."""
        entry = self.blocks.get(key(block.module, block.parameters))
        return entry if entry and entry["digest"] == block.digest else None

    def put(self, block, entry):
        FOLDER.mkdir(exist_ok=True)
        # Others may write to the same table meanwhile.
        with open(self.path.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.blocks = self.read()
            self.blocks[key(block.module, block.parameters)] = self.entry(block, entry)
            self.write()

    @staticmethod
    def entry(block, entry):
        return (
            {"block": block.module, "parameters": dict(sorted(block.parameters.items())), "digest": block.digest}
            | {name: rounded(value) for name, value in entry.items()})

    def write(self):
        entries = [self.blocks[name] for name in sorted(self.blocks)]
        # One line for each block: a change of one is a change of one line.
        lines = ",\n".join("  " + json.dumps(entry) for entry in entries)
        head = json.dumps(self.head, indent=1)[:-2]
        partial = self.path.with_suffix(".partial")
        partial.write_text(f'{head},\n "blocks": [\n{lines}\n ]\n}}\n')
        partial.replace(self.path)


def key(module, parameters):
    return module, tuple(sorted(parameters.items()))


def rounded(value):
    """Five significant digits, so that the same tools write the same file."""
    if isinstance(value, float):
        short = float(f"{value:.5g}")
        return int(short) if short == int(short) and abs(short) < 1e15 else short
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list) else value
