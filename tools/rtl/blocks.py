"""The blocks that accelsim cosim knows."""

import json
import subprocess
from dataclasses import dataclass

from tools.rtl.sources import ROOT, RTL

ACCELSIM = ROOT / ".build" / "release" / "accelsim"


@dataclass
class Block:
    name: str
    folder: str
    top: str
    parameters: dict
    kind: str
    # All modules in it.
    modules: list
    # Of what its long run is of, as in rtl/record/lockstep.json.
    digest: str


def blocks():
    text = subprocess.run(
        [ACCELSIM, "cosim", "--block", "list", "--json"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [Block(**entry) for entry in json.loads(text)]


def all_modules():
    """(folder, module) of every module that is not a package or a specification."""
    return sorted(
        (file.parent.name, file.stem)
        for file in RTL.glob("*/*.sv")
        if file.parent.name not in ("checks", "formal") and not file.stem.endswith("_pkg"))
