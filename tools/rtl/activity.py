"""Runs the gates of a block on a layer's codes in lockstep with the engine, and finds what energy that takes."""

import json
import subprocess
from functools import cached_property
from pathlib import Path

from tools.rtl.blocks import ACCELSIM
from tools.rtl.gate_model import GateModel
from tools.rtl.gates import Netlist
from tools.rtl.switching import energies

VECTORS, TILES, IDLE_CYCLES = 4000, 6, 100
# fJ in a pJ.
PICO = 1000


class Activity:
    """Measures one block whose netlist lies in `work`."""

    def __init__(self, block, work, cells):
        self.block, self.cells, self.work = block, cells, Path(work)
        self.netlist = Netlist.read(self.work / "gates.json", block.top)

    @cached_property
    def model(self):
        return GateModel(self.netlist, self.cells.library).build(self.work)

    @property
    def takes_layers(self):
        """Arrays do, and elements with ports for activations or weights."""
        return self.block.is_array or any(
            name.startswith(("activation", "weight")) and direction == "input"
            for name, (direction, _) in self.netlist.ports.items())

    def measured(self, operands=None):
        """The entry of the table for a file of operands, or for the vectors that the regression draws."""
        tried = ["--vectors", VECTORS] if not self.block.is_array else ["--tiles", TILES]
        run, energy = self.run([*tried, *(["--operands", operands] if operands else [])])
        return {
            "workload": json.loads(Path(operands).read_text())["name"] if operands else "vectors drawn at random",
            ("tiles" if self.block.is_array else "vectors"): run["tried"], "cycles": run["cycles"], "equalToRTL": run["equal"],
            "idlePicojoulesPerCycle": self.idle / PICO, "events": run["events"],
            "picojoules": energy.total / PICO, "clockPicojoules": energy.clock / PICO, "glitches": False,
        }

    @cached_property
    def idle(self):
        """fJ of a cycle in which nothing arrives: what a longer run takes more than a shorter one, so that what settles after
        reset does not count."""
        short, long = (self.run(["--idle", cycles])[1] for cycles in (IDLE_CYCLES, 2 * IDLE_CYCLES))
        return (long.total - short.total) / IDLE_CYCLES

    def run(self, options):
        """What cosim counted, and the energy of it."""
        path = self.work / "toggles.json"
        command = [
            ACCELSIM, "cosim", *self.block.selection, "--netlist", self.model, "--toggles", path, *options]
        done = subprocess.run(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{self.block.module}: gates do not run as the engine does\n{done.stdout[-1500:]}")
        found = json.loads(path.read_text())
        return found, energies(self.netlist, found["toggles"], found["cycles"], self.cells)
