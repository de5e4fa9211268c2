"""Maps one block of rtl/ to the cells of a library, for a clock or for the shortest clock that it closes at.

python3 -m tools.rtl.synthesise REQUEST.json, in a process of its own: an error of yosys ends it.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.rtl.gates import Netlist
from tools.rtl.sources import read_command
from tools.rtl.timing import closing_period

# Structural choices, mapping for area and delay, buffers for at most 8 loads, sizes up for the clock and down where there is slack.
ABC_SCRIPT = "strash; dch; map -B 0.9 -D {D}; topo; buffer -c -N 8; topo; upsize -D {D}; dnsize -D {D}; stime -p"
# A sweep ends when clock and period differ by less than this part of the clock.
PRECISION = 1 / 12
# Periods of a few picoseconds are not halved for ever.
TRIALS = 6


@dataclass
class Request:
    """What is mapped, to which cells, where the files go."""

    folder: str
    top: str
    parameters: dict
    # `Cells.summary`.
    library: dict
    # Liberty text of the cells in use.
    mapping: str
    # Where netlists go: gates.json and gates.v for the target clock.
    work: str
    # ps
    clock: int
    # The shortest clock is looked for when the netlist has at most so many cells.
    swept_cells: int


class Synthesis:
    """A block elaborated and mapped up to its flip-flops, from where every clock starts."""

    def __init__(self, request):
        from pyosys import libyosys

        self.run = lambda command: libyosys.run_pass(command, self.design)
        self.design = libyosys.Design()
        self.request = request
        self.work = Path(request.work)
        self.cells = request.library["cells"]
        self.prepare()

    def prepare(self):
        request, library = self.request, self.request.library
        (self.work / "abc.constr").write_text(
            f"set_driving_cell {library['driver']}\nset_load {library['load']} [all_outputs]\n")
        for command in [
            read_command(request.folder, request.top, request.parameters),
            f"synth -flatten -noabc -top {request.top}",
            f"dfflibmap -liberty {request.mapping}",
            "opt -full",
            "clean -purge",
            f"rename -top {request.top}",
            "design -save registers",
        ]:
            self.run(command)

    def mapped(self, clock, name):
        """The netlist mapped for a clock in ps, and the period at which it closes."""
        (self.work / "abc.script").write_text(ABC_SCRIPT.format(D=clock).replace("; ", "\n") + "\n")
        for command in [
            "design -load registers",
            f"abc -liberty {self.request.mapping} -constr {self.work}/abc.constr -script {self.work}/abc.script -D {clock}",
            "opt_clean -purge",
            f"write_json {self.work}/{name}.json",
        ]:
            self.run(command)
        netlist = Netlist.read(self.work / f"{name}.json", self.request.top)
        foreign = sorted(kind for kind in netlist.counts() if kind not in self.cells)
        if foreign:
            raise RuntimeError(f"cells that the library does not have: {', '.join(foreign)}")
        verilog = self.work / f"{name}.v"
        verilog.write_text(netlist.verilog())
        return netlist, closing_period(netlist, verilog, self.request.mapping, self.request.library)

    def result(self):
        netlist, period = self.mapped(self.request.clock, "gates")
        found = {
            "closesPicoseconds": period, "areaSquareMicrometres": netlist.total(self.cells, "area"),
            "cells": len(netlist.cells), "flipFlops": netlist.total(self.cells, "isFlipFlop"),
            "leakageNanowatts": netlist.total(self.cells, "leakage"),
        }
        if 0 < len(netlist.cells) <= self.request.swept_cells:
            found["fastest"] = self.fastest(period)
        return found

    def fastest(self, period):
        """The shortest clock whose netlist closes within it, by bisection between half of what the target's netlist
        closes at and all of it, and the area at that clock."""
        low, high = period / 2, period
        best = None
        for _ in range(TRIALS):
            if high - low <= high * PRECISION:
                break
            clock = max(1, round((low + high) / 2))
            netlist, found = self.mapped(clock, "trial")
            if best is None or found < best["clockPicoseconds"]:
                best = {"clockPicoseconds": found, "areaSquareMicrometres": netlist.total(self.cells, "area")}
            if found <= clock:
                high = clock
            else:
                low = clock
            # What closes earlier than asked for needs no shorter question.
            high = min(high, max(best["clockPicoseconds"], low))
        return best


def synthesise(request):
    """Result of a request, worked on in another process."""
    path = Path(request.work) / "request.json"
    path.write_text(json.dumps(asdict(request)))
    done = subprocess.run(
        [sys.executable, "-m", "tools.rtl.synthesise", str(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{request.top} is not synthesised:\n{done.stdout[-3000:]}")
    return json.loads((Path(request.work) / "result.json").read_text())


def main(path):
    request = Request(**json.loads(Path(path).read_text()))
    result = Synthesis(request).result()
    (Path(request.work) / "result.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
