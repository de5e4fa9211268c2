"""The blocks that accelsim cosim knows."""

import json
import re
import subprocess
from dataclasses import dataclass

from tools.rtl.sources import ROOT, RTL, search_path

ACCELSIM = ROOT / ".build" / "release" / "accelsim"


@dataclass
class Block:
    name: str
    folder: str
    top: str
    parameters: dict
    kind: str


def blocks():
    text = subprocess.run(
        [ACCELSIM, "cosim", "--block", "list", "--json"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [Block(**entry) for entry in json.loads(text)]


def file_of(module, folder):
    """The file that holds a module, or None."""
    for place in search_path(folder):
        file = place / f"{module}.sv"
        if file.exists():
            return file
    return None


def modules_of(block):
    """Names of all modules in a block: its top and what that is made of."""
    found, waiting = set(), [block.top]
    while waiting:
        module = waiting.pop()
        file = file_of(module, block.folder)
        if module in found or file is None:
            continue
        found.add(module)
        waiting += re.findall(r"^\s*(\w+) (?:#\(|u_\w+ \()", file.read_text(), re.MULTILINE)
    return found


def all_modules():
    """(folder, module) of every module that is not a package or a specification."""
    return sorted(
        (file.parent.name, file.stem)
        for file in RTL.glob("*/*.sv")
        if file.parent.name != "formal" and not file.stem.endswith("_pkg"))
