"""Which datapath takes the least time and energy for a matrix product, all of the area of mac-int8's, or all of its power.

python3 -m tools.studies.equal_area > docs/studies/equal-area.md
"""

import copy
import json
import subprocess
import tempfile
from pathlib import Path

from tools.studies.run import ACCELSIM, accelsim, table

# All that multiply integers and whose arrays were measured.
MACHINES = ["mac-int8", "lut-tc", "mixpe", "olive", "ant", "olaccel", "bitfusion", "bit-serial"]
# What is made equal, and the codec of the activations.
CASES = [("area", "int8"), ("power", "int8"), ("area", "int4")]
BATCHES = [1 << power for power in range(11)]
# Of LPDDR5-6400 x64, 51.2 GB/s.
BANDWIDTHS = [1, 4, 16]
GIGABYTES = 51.2
SIZE = 2048


def graph(bits, activations):
    codec = "bipolar1" if bits == 1 else f"int{bits}"
    return {
        "schema": "accelsim-graph-1", "name": f"gemm-w{bits}-{activations}", "symbols": {"m": {"default": 1, "min": 1}},
        "inputs": {"a": {"shape": ["m", SIZE], "encoding": activations}},
        "constants": {"w": {"shape": [SIZE, SIZE], "encoding": codec}},
        "nodes": [{"name": "y", "op": "linear", "inputs": ["a", "w"]}], "outputs": ["y"]}


def machines(folder):
    """Files of every machine at every bandwidth."""
    files = {}
    for name in MACHINES:
        text = subprocess.run([ACCELSIM, "archs", "--show", name], stdout=subprocess.PIPE, text=True, check=True).stdout
        plain = json.loads(text)
        for factor in BANDWIDTHS:
            # Bursts of the same time that are as many times longer.
            machine = copy.deepcopy(plain)
            machine["memory"]["burst_bytes"] *= factor
            path = folder / f"{name}-x{factor}.json"
            path.write_text(json.dumps(machine))
            files[name, factor] = path
    return files


def measured(folder, measure, activations):
    """(bits, batch, bandwidth) -> machine -> (microseconds, microjoules of chip and DRAM, without DRAM), and
    machine -> (first engine, area and peak power of the datapath)."""
    files, found, engines = machines(folder), {}, {}
    for bits in range(1, 9):
        path = folder / f"w{bits}.json"
        path.write_text(json.dumps(graph(bits, activations)))
        for factor in BANDWIDTHS:
            for batch in BATCHES:
                names = ",".join(str(files[name, factor]) for name in MACHINES)
                report = accelsim(
                    "compare", path, "--arch", names, "--iso", measure, "--convert", "--bind", f"m={batch}", "--json", "-")
                for machine in report["machines"]:
                    name = next(name for name in MACHINES if machine["arch"].split("/")[-1].startswith(name))
                    energy = machine["energy_pj"]
                    dram = sum(part["value"] for part in energy["parts"] if part["name"] == "DRAM")
                    found.setdefault((bits, batch, factor), {})[name] = (
                        machine["seconds"] * 1e6, energy["total"] / 1e6, (energy["total"] - dram) / 1e6)
                    engines[name] = (machine["engines"][0], machine["datapath_um2"], f"{machine['datapath_uw']['total'] / 1000:.1f}")
    return found, engines


def winners(found, index):
    """One table for each bandwidth: who needs the least, and how many times less than the second."""
    for factor in BANDWIDTHS:
        rows = []
        for bits in range(1, 9):
            row = [bits]
            for batch in BATCHES:
                order = sorted((values[index], name) for name, values in found[bits, batch, factor].items())
                (least, name), (second, _) = order[:2]
                row.append(f"{name} {second / least:.2f}" if second / least >= 1.01 else "equal")
            rows.append(row)
        yield f"{factor * GIGABYTES:g} GB/s:\n\n" + table(["weight bits", *(f"batch {batch}" for batch in BATCHES)], rows)


def least(values, index):
    return min((figures[index], name) for name, figures in values.items())[1]


def victories(found, index):
    """In how many of the products each machine needs the least, at few and at many bits."""
    rows = []
    for name in MACHINES:
        won = [bits for (bits, _, _), values in found.items() if least(values, index) == name]
        rows.append([name, *(sum(bits in range(first, first + 2) for bits in won) for first in (1, 3, 5, 7)), len(won)])
    return table(["machine", "1 to 2 bits", "3 to 4 bits", "5 to 6 bits", "7 to 8 bits", f"all {len(found)}"], rows)


def changes(found, index):
    """Where the winner is another one than at the next narrower weights."""
    for factor in BANDWIDTHS:
        for batch in BATCHES:
            best = [least(found[bits, batch, factor], index) for bits in range(1, 9)]
            places = [f"{best[bits - 1]} to {best[bits]} at {bits + 1} bits" for bits in range(1, 8) if best[bits] != best[bits - 1]]
            yield f"* {factor * GIGABYTES:g} GB/s, batch {batch}: {best[0]} at 1 bit" + ("; " + "; ".join(places) if places else ", for all")


def every(found):
    """All figures."""
    rows = []
    for (bits, batch, factor), values in sorted(found.items(), key=lambda item: (item[0][2], item[0][1], item[0][0])):
        row = [f"{factor * GIGABYTES:g}", batch, bits]
        for name in MACHINES:
            time, energy, chip = values[name]
            row += [f"{time:.1f}", f"{energy:.1f}", f"{chip:.2f}"]
        rows.append(row)
    header = ["GB/s", "batch", "bits"] + [f"{name} {unit}" for name in MACHINES for unit in ("us", "uJ", "uJ on chip")]
    return table(header, rows)


def main():
    print(Path(__file__).with_suffix(".md").read_text())
    figures = []
    for measure, activations in CASES:
        with tempfile.TemporaryDirectory() as folder:
            found, engines = measured(Path(folder), measure, activations)
        case = f"equal {measure}, {activations} activations"
        print(f"## {case.capitalize()}\n")
        print(table(["machine", "first engine", "datapath um2", "peak mW"], [[name, *engines[name]] for name in MACHINES]))
        for index, title in enumerate(["Time", "Energy with DRAM", "Energy without DRAM"]):
            print(f"### {title}, {case}\n\nHow many products each machine needs the least for:\n")
            print(victories(found, index))
            print("Who needs the least, and how many times as much the second needs.\n")
            print("\n".join(winners(found, index)))
            print("Where the winner changes:\n")
            print("\n".join(changes(found, index)) + "\n")
        figures.append(found)
    print(f"## All figures of equal {' and '.join(CASES[0])} activations\n")
    print(every(figures[0]), end="")


if __name__ == "__main__":
    main()
