"""Changes single operators and constants of rtl/ and counts how many changes the lockstep runs find.

python3 -m tools.rtl.mutate [--each N] [--seed S] [--workers W] [--record FILE] [MODULE ...]

Every mutant is one change in one module. It is run against the blocks that hold the module, its own first and small ones
before large ones, with the short set, until one of them differs. Modules whose text the record already knows are left out.
Survivors are printed; those that change nothing are explained in rtl/record/equivalent.json.
"""

import argparse
import hashlib
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.rtl.blocks import ACCELSIM, all_modules, blocks
from tools.rtl.sources import ROOT, RTL

EQUIVALENT = RTL / "record" / "equivalent.json"
CACHE = ROOT / ".build" / "rtl-mutants"
# Blocks that a mutant is tried on at most: variants of an array leave out what their parameters do not ask for.
HOLDERS = 16

# What is replaced, and by what. Spaces around an operator tell it from parts of other ones.
CHANGES = [
    (" + ", " - "), (" - ", " + "), (" & ", " | "), (" | ", " & "), (" ^ ", " & "), (" && ", " || "), (" || ", " && "),
    (" == ", " != "), (" != ", " == "), (" < ", " <= "), (" > ", " >= "), (" >= ", " > "), (" << ", " >> "),
    (" >> ", " << "), (" >>> ", " >> "), (" ? ", " != '0 ? '0 : "), ("1'b0", "1'b1"), ("1'b1", "1'b0"),
    ("!", ""), ("~", ""), ("'(1)", "'(2)"), ("[0]", "[1]"),
]


def is_code(line):
    """Declarations, parameters and comments are not what a test of behaviour can find."""
    text = line.strip()
    return bool(text) and not re.match(
        r"//|`include|module|endmodule|import|parameter|localparam|typedef|input|output|for \(|end|if \(\w+ [<>=]+ \d", text)


def sites(file):
    """(line number, column, old, new) of everything that can be changed in a file."""
    found = []
    for number, line in enumerate(file.read_text().split("\n")):
        code = line.split("//")[0]
        if not is_code(code) or "`" in code and "REGISTER" not in code:
            continue
        for old, new in CHANGES:
            start = code.find(old)
            while start >= 0:
                # Non-blocking assignments are no comparisons.
                if not (old == "!" and code[start:start + 2] == "!="):
                    found.append((number, start, old, new))
                start = code.find(old, start + len(old))
    return found


def mutated(file, site):
    number, start, old, new = site
    lines = file.read_text().split("\n")
    line = lines[number]
    lines[number] = line[:start] + new + line[start + len(old):]
    return "\n".join(lines), line.strip(), lines[number].strip()


def lints(file, rtl):
    """Whether Verilator has nothing to say: a port of another width or a wire with two drivers would never be simulated."""
    own = rtl / file.relative_to(RTL)
    packages = sorted({*own.parent.glob("*_pkg.sv"), *(rtl / "common").glob("*_pkg.sv")})
    command = ["verilator", "--lint-only", "-Wall", "-y", own.parent, "-y", rtl / "common", f"-I{rtl / 'common'}"]
    return subprocess.run(
        [*command, *packages, own, "--top-module", own.stem], capture_output=True, check=False).returncode == 0


def judge(file, text, holders):
    """'caught' by which block, 'stillborn' when it cannot be built without warnings, or 'survived'."""
    with tempfile.TemporaryDirectory() as folder:
        rtl = Path(folder) / "rtl"
        shutil.copytree(RTL, rtl)
        (rtl / file.relative_to(RTL)).write_text(text)
        if not lints(file, rtl):
            return "stillborn", None
        for block in holders:
            done = subprocess.run(
                [ACCELSIM, "cosim", "--short", "--block", block.name, "--rtl", str(rtl), "--cache", str(CACHE)],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode != 0:
                return ("caught" if "  swift  " in done.stdout else "stillborn"), block.name
    return "survived", None


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()[:20]


def mutants_of(file, holders, each, seed):
    """Outcomes of `each` mutants of a module that can be built, drawn among all of its sites."""
    found = sites(file)
    random.Random(f"{seed} {file.stem}").shuffle(found)
    results = []
    for site in found:
        if len(results) == each:
            break
        text, before, after = mutated(file, site)
        outcome, block = judge(file, text, holders)
        print(f"{outcome} {file.relative_to(ROOT)}:{site[0] + 1}: {after}", flush=True)
        if outcome != "stillborn":
            results.append({"line": site[0] + 1, "old": before, "new": after, "outcome": outcome, "block": block})
    return results


def explained(module, result, equivalents):
    return any((entry["module"], entry["old"], entry["new"]) == (module, result["old"], result["new"]) for entry in equivalents)


def summary(record, equivalents):
    """Prints what was found; whether at least 95 % of the mutants that change something were caught."""
    results = [(module, result) for module, entry in record.items() for result in entry["mutants"]]
    survivors = [(m, r) for m, r in results if r["outcome"] == "survived"]
    open_ones = [(m, r) for m, r in survivors if not explained(m, r, equivalents)]
    for module, result in open_ones:
        print(f"survivor {module}:{result['line']}\n  {result['old']}\n  {result['new']}")
    equivalent = len(survivors) - len(open_ones)
    tried = len(results) - equivalent
    caught = tried - len(open_ones)
    print(f"{caught} of {tried} mutants caught ({100 * caught / max(1, tried):.1f} %), {equivalent} equivalent")
    return tried > 0 and caught / tried >= 0.95


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="folder/module; all when left out")
    parser.add_argument("--each", type=int, default=1, help="mutants of a module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--record", type=Path, default=RTL / "record" / "mutants.json")
    arguments = parser.parse_args()

    start = time.monotonic()
    known = blocks()
    files = {f"{folder}/{module}": RTL / folder / f"{module}.sv" for folder, module in all_modules()}
    record = json.loads(arguments.record.read_text()) if arguments.record.exists() else {}
    record = {name: entry for name, entry in record.items() if name in files}

    def holders(name):
        module = files[name].stem
        found = [block for block in known if module in block.modules]
        return sorted(found, key=lambda block: (block.top != module, block.kind == "array", len(block.modules)))[:HOLDERS]

    def campaign(name):
        results = mutants_of(files[name], holders(name), arguments.each, arguments.seed)
        record[name] = {"digest": digest(files[name]), "mutants": results}
        text = json.dumps(dict(sorted(record.items())), indent=1) + "\n"
        arguments.record.parent.mkdir(exist_ok=True)
        arguments.record.write_text(text)

    wanted = [name for name in files if not arguments.modules or name in arguments.modules]
    stale = [name for name in wanted if record.get(name, {}).get("digest") != digest(files[name])]
    with ThreadPoolExecutor(arguments.workers) as pool:
        list(pool.map(campaign, stale))
    shutil.rmtree(CACHE, ignore_errors=True)
    print(f"{len(stale)} of {len(wanted)} modules in {time.monotonic() - start:.0f} s")
    equivalents = json.loads(EQUIVALENT.read_text()) if EQUIVALENT.exists() else []
    return 0 if summary(record, equivalents) else 1


if __name__ == "__main__":
    sys.exit(main())
