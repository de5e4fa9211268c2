"""Where the modules of rtl/ lie, and how yosys reads them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RTL = ROOT / "rtl"


def search_path(folder):
    """Folders in which the modules of an engine are looked up, its own first."""
    return [RTL / folder] + ([RTL / "common"] if folder != "common" else [])


def packages(folder):
    return sorted(str(path) for place in search_path(folder) for path in place.glob("*_pkg.sv"))


def read_command(folder, top, parameters, extra=()):
    """The yosys command that elaborates `top`; its modules are looked up by name."""
    places = search_path(folder)
    words = ["read_slang", "--top", top, "-I", str(RTL / "common")]
    for place in places:
        words += ["-y", str(place)]
    words += ["-Y", ".sv"]
    for name, value in sorted(parameters.items()):
        words += ["-G", f"{name}={value}"]
    files = packages(folder) + [str(path) for path in extra]
    if not any(Path(file).stem == top for file in files):
        files.append(str(places[0] / f"{top}.sv"))
    return " ".join(words + files)
