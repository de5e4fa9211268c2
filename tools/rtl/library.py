"""The standard-cell libraries that costs are measured with: what their Liberty files do not say."""

import hashlib
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from tools.rtl.liberty import Library, merged


@dataclass(frozen=True)
class Technology:
    """A library by the name that `--library` gives it."""

    name: str
    # Of the table of costs.
    full_name: str
    process: str
    nanometres: int
    corner: str
    # Cells of every input and of every load outside a block; the load in fF, some four gates.
    driver: str
    load: float
    # Picoseconds: the clock that areas are stated for.
    clock: int
    # Slew of every input at which energy tables are read, in the library's time unit: some two gates behind a driver.
    slew: float
    # Cells that are not for synthesis: too weak, scan, clock gates, delays.
    unused: tuple = ()
    # Files on a machine that has the Debian package.
    files: tuple = field(default=())

    def uses(self, cell):
        return not any(fnmatch(cell, pattern) for pattern in self.unused)


TECHNOLOGIES = {
    technology.name: technology
    for technology in [
        Technology(
            "asap7", "asap7-rvt-tt", "ASAP7 7 nm", 7, "tt", driver="BUFx2_ASAP7_75t_R", load=2.5, clock=1000, slew=20,
            unused=("*x1p*_ASAP7*", "*xp*_ASAP7*", "SDF*", "ICG*", "DLL*", "DHL*", "HB*", "*DC_*")),
        Technology(
            "sg13g2", "sg13g2-typ", "IHP sg13g2 130 nm", 130, "typ", driver="sg13g2_buf_2", load=12, clock=2000, slew=0.1,
            unused=("*_dlygate*", "*_lgcp_*", "*_slgcp_*", "*_sdf*", "*_dl*", "*_ebufn*", "*_einvn*", "*_sighold*", "*_antenna*")),
        Technology(
            "osu018", "osu018-typ", "TSMC 180 nm as OSU's cells have it", 180, "typ", driver="BUFX2", load=50, clock=10000,
            slew=0.18, unused=("CLKBUF*", "TBUF*", "DFFNEG*", "DFFSR", "LATCH"),
            files=("/usr/share/qflow/tech/osu018/osu018_stdcells.lib",)),
    ]
}


@dataclass
class Cells:
    """A technology with its Liberty files read."""

    technology: Technology
    paths: list
    library: Library

    @staticmethod
    def read(technology, paths):
        paths = [Path(path) for path in paths or technology.files]
        for path in paths:
            if not path.exists():
                raise SystemExit(f"{path}: there is no such Liberty file; --liberty names those of {technology.name}")
        if not paths:
            raise SystemExit(f"--liberty should name the Liberty files of {technology.name}")
        return Cells(technology, paths, Library(paths))

    def summary(self):
        """What a synthesis has to know, as JSON."""
        technology = self.technology
        return {
            "driver": technology.driver, "load": technology.load, "timeUnit": self.library.time_unit,
            "loadUnit": self.library.load_unit,
            "cells": {
                name: {"area": cell.area, "leakage": cell.leakage, "isFlipFlop": cell.flip_flop is not None}
                for name, cell in self.library.cells.items()},
        }

    def mapping_text(self):
        """What cells are mapped to, as one Liberty text without energies."""
        return merged(self.library, self.technology.uses)

    def description(self):
        technology = self.technology
        return {
            "name": technology.full_name, "process": technology.process, "nodeNanometres": technology.nanometres,
            "volts": self.library.volts, "celsius": self.library.celsius, "corner": technology.corner,
            "files": [
                {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in sorted(self.paths)],
        }
