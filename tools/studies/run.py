"""What studies share: the program, and tables of Markdown."""

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ACCELSIM = ROOT / ".build" / "release" / "accelsim"


def accelsim(*arguments):
    """Its JSON."""
    done = subprocess.run(
        list(map(str, [ACCELSIM, *arguments])), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"accelsim {' '.join(map(str, arguments))}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def table(header, rows):
    """Numbers to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"
