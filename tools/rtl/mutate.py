"""Changes single operators and constants of rtl/ and counts how many changes the lockstep runs find.

python3 -m tools.rtl.mutate [--count N] [--seed S] [--folder F] [--json FILE]

Every mutant is one change in one file. It is run against the blocks that hold its module, small blocks first, with the
short set, until one of them differs. Survivors are printed with their line; those known to be equivalent, with their reason,
are in mutants-equivalent.json.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.rtl.blocks import ACCELSIM, all_modules, blocks, modules_of
from tools.rtl.sources import ROOT, RTL

EQUIVALENT = Path(__file__).with_name("mutants-equivalent.json")

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


def judge(file, text, holders):
    """'caught' by which block, 'stillborn' when it cannot be built, or 'survived'."""
    with tempfile.TemporaryDirectory() as folder:
        rtl = Path(folder) / "rtl"
        shutil.copytree(RTL, rtl)
        (rtl / file.relative_to(RTL)).write_text(text)
        for block in holders:
            done = subprocess.run(
                [ACCELSIM, "cosim", "--short", "--block", block.name, "--rtl", str(rtl)],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode == 0:
                continue
            return ("caught" if "  swift  " in done.stdout else "stillborn"), block.name
    return "survived", None


def known_equivalents():
    return json.loads(EQUIVALENT.read_text()) if EQUIVALENT.exists() else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="only modules of this folder of rtl/")
    parser.add_argument("--json", help="results, for docs/verification.md")
    arguments = parser.parse_args()

    known = blocks()
    parts = {block.name: modules_of(block) for block in known}
    candidates = []
    for folder, module in all_modules():
        if arguments.folder not in (None, folder):
            continue
        holders = [block for block in known if module in parts[block.name]]
        # Its own block first, then small ones.
        holders.sort(key=lambda block: (block.top != module, block.kind == "array", len(parts[block.name])))
        for site in sites(RTL / folder / f"{module}.sv"):
            candidates.append((RTL / folder / f"{module}.sv", site, holders[:3]))
    random.Random(arguments.seed).shuffle(candidates)

    results, start = [], time.monotonic()
    for file, site, holders in candidates:
        if sum(result["outcome"] != "stillborn" for result in results) >= arguments.count:
            break
        text, before, after = mutated(file, site)
        outcome, block = judge(file, text, holders)
        name = str(file.relative_to(ROOT))
        results.append({"file": name, "line": site[0] + 1, "old": before, "new": after, "outcome": outcome, "block": block})
        print(f"{outcome} {name}:{site[0] + 1}: {after}", flush=True)

    equivalents = {(entry["file"], entry["old"], entry["new"]) for entry in known_equivalents()}
    live = [result for result in results if result["outcome"] != "stillborn"]
    survivors = [result for result in live if result["outcome"] == "survived"]
    unexplained = [r for r in survivors if (r["file"], r["old"], r["new"]) not in equivalents]
    tried = len(live) - (len(survivors) - len(unexplained))
    caught = tried - len(unexplained)
    for result in unexplained:
        print(f"survivor {result['file']}:{result['line']}\n  {result['old']}\n  {result['new']}")
    print(f"{caught} of {tried} mutants caught ({100 * caught / max(1, tried):.1f} %), "
          f"{len(survivors) - len(unexplained)} equivalent, {len(results) - len(live)} stillborn, "
          f"{time.monotonic() - start:.0f} s")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=1) + "\n")
    return 0 if tried and caught / tried >= 0.95 else 1


if __name__ == "__main__":
    sys.exit(main())
