"""Lists blocks of the tables in costs/ that are not those of rtl/ as it is now.

python3 -m tools.rtl.cost_digests
"""

import json
import sys

from tools.rtl.blocks import blocks
from tools.rtl.cost_blocks import cost_block
from tools.rtl.cost_table import FOLDER


def stale():
    """(table, block, parameters) of every entry whose modules have other text now, or are gone."""
    modules = {f"{block.folder}/{block.top}": block.modules for block in blocks()}
    digests = {}
    for path in sorted(FOLDER.glob("*.json")):
        for entry in json.loads(path.read_text())["blocks"]:
            name = entry["block"]
            if name not in digests:
                folder, top = name.split("/")
                digests[name] = name in modules and cost_block(folder, top, {}, modules[name], [], False).digest
            if digests[name] != entry["digest"]:
                yield path.name, name, entry["parameters"]


def main():
    found = list(stale())
    for table, name, parameters in found:
        print(f"{table}: {name} {parameters} is not of the RTL as it is; characterize and fpga measure it again")
    print(f"{len(found)} blocks of {FOLDER.name}/ are not of the RTL as it is")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
