"""What one multiply-accumulate of integers and of small floats costs.

python3 -m tools.studies.mac_formats > docs/studies/multiply-accumulate.md
"""

from pathlib import Path

from tools.studies.run import accelsim, table

INTEGERS = [f"int{bits}" for bits in range(3, 9)]
FLOATS = ["f4e2m1", "f6e2m3", "f6e3m2", "f8e4m3", "f8e5m2"]


def cost(library, weights, activations):
    return accelsim("cost", "--library", library, "--mac", f"w={weights},a={activations}", "--json", "-")


def matrix(library, names, quantity):
    """Weights down, activations across."""
    rows = [[name, *(f"{cost(library, name, other)[quantity]:.4g}" for other in names)] for name in names]
    return table(["weights", *names], rows)


def ranges(library, names):
    rows = []
    for name in names:
        found = cost(library, name, name)
        # Some libraries have no activity of the parts of floats.
        energy = f"{found['energy_pj']:.4g}" if "energy_pj" in found else "-"
        codes = " to ".join(f"{value:.4g}" for value in found.get("energy_range_pj", [])) or "-"
        rows.append([
            name, found["origin"], f"{found['area_um2']:.4g}", f"{found['fastest_area_um2']:.4g}", energy, codes,
            f"{found['closes_ps']:.0f}"])
    return table(["format", "which is", "um2", "um2 at the shortest clock", "pJ", "pJ by the codes", "closes at ps"], rows)


def main():
    print(Path(__file__).with_suffix(".md").read_text())
    for library, node in [("asap7", "7 nm, 0.7 V"), ("osu018", "180 nm, 1.8 V")]:
        print(f"## {library} ({node})\n\nBoth operands of one format:\n")
        print(ranges(library, [*INTEGERS, "uint8", *FLOATS, "f16"]))
        print("Area of integers in um2:\n")
        print(matrix(library, INTEGERS, "area_um2"))
        print("Energy of integers in pJ:\n")
        print(matrix(library, INTEGERS, "energy_pj"))
        print("Area of floats in um2:\n")
        print(matrix(library, FLOATS, "area_um2"))


if __name__ == "__main__":
    main()
