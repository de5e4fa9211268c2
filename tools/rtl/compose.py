"""Larger arrays from small ones: fits, and what they miss.

python3 -m tools.rtl.compose [FILE ...] prints, for every table of costs, the coefficients of every family of arrays whose sizes are
measured, and the array that the fit did not see beside what the fit says of it.
"""

import json
import sys
from pathlib import Path

import numpy as np

from tools.rtl.cost_blocks import FAMILIES, array
from tools.rtl.cost_table import FOLDER, key


def terms(size):
    """fixed + per row + per column + per element, and per scale lane."""
    if len(size) == 1:
        return [1.0, float(size[0])]
    rows, columns, *lanes = map(float, size)
    return [1.0, rows, columns, rows * columns, *lanes]


def fitted(sizes, values):
    """The coefficients of `terms`; there are as many sizes as terms."""
    return np.linalg.solve(np.array([terms(size) for size in sizes]), np.array(values))


def measured(table, sizes_of):
    """(name, family, entries) of every family that has all of some sizes."""
    known = {key(entry["block"], entry["parameters"]): entry for entry in table["blocks"]}
    for name, family in FAMILIES.items():
        blocks = [array(family, size) for size in sizes_of(family)]
        entries = [known.get(key(block.module, block.parameters)) for block in blocks]
        if None not in entries:
            yield name, family, entries


def coefficients(table):
    """Markdown rows of what each term takes, in square micrometres."""
    for name, family, entries in measured(table, lambda family: family.fitted):
        values = fitted(family.fitted, [entry["areaSquareMicrometres"] for entry in entries])
        yield f"| {name} | {' | '.join(f'{value:.4g}' for value in values)} |"


def rows(table):
    """(family, size, measure, measured, composed) of every array that a fit did not see."""
    for name, family, entries in measured(table, lambda family: [*family.fitted, family.checked]):
        for measure, of in MEASURES.items():
            values = [of(entry) for entry in entries]
            if None not in values:
                composed = float(np.dot(fitted(family.fitted, values[:-1]), terms(family.checked)))
                yield name, family.checked, measure, values[-1], composed


MEASURES = {
    "area, um2": lambda entry: entry["areaSquareMicrometres"],
    "leakage, nW": lambda entry: entry["leakageNanowatts"],
    "idle, pJ per cycle": lambda entry: entry.get("activity", {}).get("idlePicojoulesPerCycle"),
}


def text(table):
    lines = ["| array | fixed | per row | per column | per element | per lane |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    lines += [*coefficients(table), "", "| array | size | | measured | composed | error |",
              "| --- | --- | --- | ---: | ---: | ---: |"]
    for name, size, measure, measured, composed in rows(table):
        lines.append(
            f"| {name} | {' x '.join(map(str, size))} | {measure} | {measured:.5g} | {composed:.5g} "
            f"| {100 * (composed / measured - 1):+.1f} % |")
    return "\n".join(lines)


def main(paths):
    for path in paths or sorted(FOLDER.glob("*.json")):
        table = json.loads(Path(path).read_text())
        if table["schema"] == "accelsim-costs-1":
            print(f"{table['library']['name']}\n\n{text(table)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
