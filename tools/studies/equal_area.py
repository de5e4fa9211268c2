"""Which datapath takes the least time and energy for a matrix product, all of the area of mac-int8's.

python3 -m tools.studies.equal_area > docs/studies/equal-area.md
"""

import copy
import json
import subprocess
import tempfile
from pathlib import Path

from tools.studies.run import ACCELSIM, accelsim, table

MACHINES = ["mac-int8", "lut-tc", "mixpe"]
BATCHES = [1 << power for power in range(11)]
# Of LPDDR5-6400 x64, 51.2 GB/s.
BANDWIDTHS = [1, 4, 16]
GIGABYTES = 51.2
SIZE = 2048


def graph(bits):
    codec = "bipolar1" if bits == 1 else f"int{bits}"
    return {
        "schema": "accelsim-graph-1", "name": f"gemm-w{bits}a8", "symbols": {"m": {"default": 1, "min": 1}},
        "inputs": {"a": {"shape": ["m", SIZE], "encoding": "int8"}},
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


def measured(folder):
    """(bits, batch, bandwidth) -> machine -> (microseconds, microjoules of chip and DRAM, without DRAM)."""
    files, found, engines = machines(folder), {}, {}
    for bits in range(1, 9):
        path = folder / f"w{bits}.json"
        path.write_text(json.dumps(graph(bits)))
        for factor in BANDWIDTHS:
            for batch in BATCHES:
                names = ",".join(str(files[name, factor]) for name in MACHINES)
                report = accelsim("compare", path, "--arch", names, "--iso", "area", "--bind", f"m={batch}", "--json", "-")
                for machine in report["machines"]:
                    name = next(name for name in MACHINES if machine["arch"].split("/")[-1].startswith(name))
                    energy = machine["energy_pj"]
                    dram = sum(part["value"] for part in energy["parts"] if part["name"] == "DRAM")
                    found.setdefault((bits, batch, factor), {})[name] = (
                        machine["seconds"] * 1e6, energy["total"] / 1e6, (energy["total"] - dram) / 1e6)
                    engines[name] = (machine["engines"][0], machine["datapath_um2"])
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


def changes(found, index):
    """Where the winner is another one than at the next narrower weights."""
    for factor in BANDWIDTHS:
        for batch in BATCHES:
            best = [min((values[index], name) for name, values in found[bits, batch, factor].items())[1] for bits in range(1, 9)]
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
    with tempfile.TemporaryDirectory() as folder:
        found, engines = measured(Path(folder))
    print(Path(__file__).with_suffix(".md").read_text())
    print("## Datapaths\n")
    print(table(["machine", "first engine", "datapath um2"], [[name, *engines[name]] for name in MACHINES]))
    for index, title in enumerate(["Time", "Energy with DRAM", "Energy without DRAM"]):
        print(f"## {title}\n\nWho needs the least, and how many times as much the second needs.\n")
        print("\n".join(winners(found, index)))
        print("Where the winner changes:\n")
        print("\n".join(changes(found, index)) + "\n")
    print("## All figures\n")
    print(every(found), end="")


if __name__ == "__main__":
    main()
