"""Synthesises small blocks again with the Debian library and compares their areas with the table in the repository.

python3 -m tools.rtl.check_costs [BLOCK ...]
"""

import json
import sys
import tempfile
from pathlib import Path

from tools.rtl.cost_blocks import elements
from tools.rtl.cost_table import FOLDER, key, rounded
from tools.rtl.library import TECHNOLOGIES, Cells
from tools.rtl.synthesise import Request, synthesise

TECHNOLOGY = TECHNOLOGIES["osu018"]
BLOCKS = [
    "mac/int_multiply", "mixpe/shift_add_element", "lut-tc/lut_lookup", "lut-tc/lut_fold", "olive/ovp_decode4", "ant/flint_decoder",
    "olaccel/nibble_multiply", "bitfusion/fusion_brick", "mixpe/weight_centre", "bit-serial/place_shift",
]


def areas(table, wanted, cells):
    """(block, area in the table, area now) of every wanted element."""
    known = {key(entry["block"], entry["parameters"]): entry for entry in table["blocks"]}
    with tempfile.TemporaryDirectory() as folder:
        mapping = Path(folder) / "cells.lib"
        mapping.write_text(cells.mapping_text())
        for block in elements():
            if block.module not in wanted:
                continue
            entry = known.get(key(block.module, block.parameters))
            result = synthesise(Request(
                block.folder, block.top, block.parameters, cells.summary(), str(mapping), folder, TECHNOLOGY.clock, 0))
            yield block, entry and entry["areaSquareMicrometres"], rounded(result["areaSquareMicrometres"])


def main(names):
    wanted = names or BLOCKS
    table = json.loads((FOLDER / f"{TECHNOLOGY.full_name}.json").read_text())
    cells = Cells.read(TECHNOLOGY, [])
    if cells.description()["files"] != table["library"]["files"]:
        print("the installed library is not that of the table", file=sys.stderr)
        return 1
    found = list(areas(table, wanted, cells))
    wrong = [(block, before, now) for block, before, now in found if before != now]
    for block, before, now in wrong:
        print(f"{block.module} {block.parameters}: {now} um2, the table has {before}; characterize measures it again")
    print(f"{len(found) - len(wrong)} of {len(found)} areas are those of {FOLDER.name}/{TECHNOLOGY.full_name}.json")
    return 1 if wrong or {block.module for block, _, _ in found} != set(wanted) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
