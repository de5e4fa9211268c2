"""Synthesises blocks of rtl/ with a standard-cell library and writes what they cost to costs/.

python3 -m tools.rtl.characterize --library asap7|sg13g2|osu018 [--liberty FILE ...] [--elements] [--arrays FAMILY ...] [--no-activity]

osu018 is found where the Debian package qflow-tech-osu018 has it. Blocks that the table holds as they are now are left out.
"""

import argparse
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from tools.rtl.activity import Activity
from tools.rtl.cost_blocks import FAMILIES, LISTED, WIDTHS, array, elements, listed
from tools.rtl.cost_table import CostTable, key
from tools.rtl.library import TECHNOLOGIES, Cells
from tools.rtl.sources import ROOT
from tools.rtl.synthesise import Request, synthesise

CACHE = ROOT / ".build" / "costs"
# What is run: the first is the block's `activity`, the others follow as `otherActivities`.
LAYERS = [("w2a8", "conv2"), ("w4a8", "conv2"), ("w8a8", "conv2")]
# Elements of more gates are mapped for the target clock only.
SWEPT_CELLS = 2000
# Netlists of more cells are not run.
ACTIVE_CELLS = 400_000


def tool_versions():
    def first(*command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return re.search(r"\d+(\.\d+)+", done.stdout).group(0)

    return {
        "yosys": version("pyosys"), "slang": f"in pyosys {version('pyosys')}", "opensta": first("sta", "-version"),
        "verilator": first("verilator", "--version")}


@dataclass
class Characterization:
    """One library, its table and its caches."""

    cells: Cells
    table: CostTable
    activities: bool

    def __post_init__(self):
        self.lock = threading.Lock()
        text = self.cells.mapping_text()
        self.folder = CACHE / f"{self.cells.technology.full_name}-{sha256(text.encode()).hexdigest()[:12]}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.mapping = self.folder / "cells.lib"
        self.mapping.write_text(text)

    def work(self, block):
        name = sha256(repr((key(block.module, block.parameters), block.digest)).encode()).hexdigest()[:12]
        folder = self.folder / f"{block.top}-{name}"
        folder.mkdir(exist_ok=True)
        return folder

    def measure(self, block):
        """The block's entry, of which only what is missing is measured."""
        start = time.monotonic()
        entry = dict(self.table.find(block) or {})
        work = self.work(block)
        if not entry or (self.activities and "activity" not in entry and entry["cells"] <= ACTIVE_CELLS and not (work / "gates.json").exists()):
            entry = self.synthesised(block, work) | {
                name: value for name, value in entry.items() if name in ("activity", "otherActivities")}
        if self.activities and "activity" not in entry and entry["cells"] <= ACTIVE_CELLS:
            activity = Activity(block, work, self.cells)
            if activity.takes_layers:
                found = [activity.measured(self.operands(*layer)) for layer in LAYERS]
                entry |= {"activity": found[0], "otherActivities": found[1:]}
            else:
                entry |= {"activity": activity.measured()}
        with self.lock:
            self.table.put(block, entry)
        print(f"{block.module} {block.parameters}: {entry['areaSquareMicrometres']:.5g} um2 in {time.monotonic() - start:.0f} s",
              flush=True)

    def synthesised(self, block, work):
        result = synthesise(Request(
            block.folder, block.top, block.parameters, self.cells.summary(), str(self.mapping), str(work),
            self.cells.technology.clock, 0 if block.is_array else SWEPT_CELLS))
        return {"clockPicoseconds": self.cells.technology.clock} | result

    def operands(self, variant, layer):
        path = CACHE / f"{variant}-{layer}.json"
        with self.lock:
            if not path.exists():
                subprocess.run([sys.executable, "-m", "tools.rtl.operands", variant, layer, str(path)], check=True)
        return path


def wanted(arguments):
    if arguments.widths:
        yield from listed(WIDTHS)
        return
    families = arguments.arrays if arguments.arrays is not None else [] if arguments.elements else ["all"]
    if families == ["all"]:
        families = [*FAMILIES, *LISTED]
    for name in families:
        if name in LISTED:
            yield from listed(LISTED[name])
        else:
            yield from (array(FAMILIES[name], size) for size in FAMILIES[name].fitted)
    # The largest last.
    yield from (array(FAMILIES[name], FAMILIES[name].checked) for name in families if name in FAMILIES)
    if arguments.elements or arguments.arrays is None:
        yield from elements()
    if arguments.arrays is None and not arguments.elements:
        yield from listed(WIDTHS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", choices=TECHNOLOGIES, default="osu018")
    parser.add_argument("--liberty", nargs="+", default=[], metavar="FILE")
    parser.add_argument("--elements", action="store_true", help="only elements, and the arrays that --arrays names")
    parser.add_argument("--arrays", nargs="*", choices=[*FAMILIES, *LISTED, "all"], help="only these arrays")
    parser.add_argument("--widths", action="store_true", help="only multiply-accumulates of 1 to 9 bits")
    parser.add_argument("--only", default="", metavar="TEXT", help="only blocks with this text in their name")
    parser.add_argument("--no-activity", action="store_true", help="areas and clocks alone")
    parser.add_argument("--workers", type=int, default=1, choices=[1, 2])
    arguments = parser.parse_args()
    cells = Cells.read(TECHNOLOGIES[arguments.library], arguments.liberty)
    names = " ".join(path.name for path in cells.paths)
    command = f"python3 -m tools.rtl.characterize --library {arguments.library}" + (
        "" if not arguments.liberty else f" --liberty {names}")
    table = CostTable(cells, tool_versions(), command)
    run = Characterization(cells, table, not arguments.no_activity)
    failures = []

    def attempt(block):
        try:
            run.measure(block)
        except RuntimeError as error:
            failures.append(block.module)
            print(f"{block.module} {block.parameters}: {error}", flush=True)

    with ThreadPoolExecutor(arguments.workers) as pool:
        list(pool.map(attempt, (block for block in wanted(arguments) if arguments.only in block.module)))
    print(f"{len(table.blocks)} blocks in {table.path.relative_to(ROOT)}, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
