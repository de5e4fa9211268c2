"""The table of costs of one library, costs/<library>.json."""

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
        known = json.loads(self.path.read_text()) if self.path.exists() else {}
        description = cells.description()
        # Costs of other files, or of other tools, are measured again.
        same = known.get("library") == description and known.get("tools") == tools and known.get("flow") == FLOW
        self.blocks = {key(entry["block"], entry["parameters"]): entry for entry in known.get("blocks", [])} if same else {}
        self.head = {
            "schema": SCHEMA, "library": description, "tools": tools, "date": date.today().isoformat(), "command": command,
            "flow": FLOW}

    def find(self, block):
        """The entry of a block as it is now, or None."""
        entry = self.blocks.get(key(block.module, block.parameters))
        return entry if entry and entry["digest"] == block.digest else None

    def put(self, block, entry):
        self.blocks[key(block.module, block.parameters)] = (
            {"block": block.module, "parameters": dict(sorted(block.parameters.items())), "digest": block.digest}
            | {name: rounded(value) for name, value in entry.items()})
        self.write()

    def write(self):
        FOLDER.mkdir(exist_ok=True)
        entries = [self.blocks[name] for name in sorted(self.blocks)]
        # One line for each block: a change of one is a change of one line.
        lines = ",\n".join("  " + json.dumps(entry) for entry in entries)
        head = json.dumps(self.head, indent=1)[:-2]
        self.path.write_text(f'{head},\n "blocks": [\n{lines}\n ]\n}}\n')


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
