"""Proves by satisfiability that small combinational blocks of rtl/ equal their plain specifications in rtl/formal/.

python3 -m tools.rtl.prove [NAME ...]

The list is rtl/formal/proofs.json.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field

from tools.rtl.sources import RTL, read_command


@dataclass
class Proof:
    """`module` with `parameters` equals `module`_spec with the same, where `inputs` have these values."""

    folder: str
    module: str
    parameters: dict
    inputs: dict = field(default_factory=dict)

    @property
    def name(self):
        values = ",".join(f"{key}={value}" for key, value in sorted((self.parameters | self.inputs).items()))
        return f"{self.folder}/{self.module}" + (f":{values}" if values else "")


PROOFS = [Proof(**entry) for entry in json.loads((RTL / "formal" / "proofs.json").read_text())]


def script(proof):
    """Yosys commands: both modules, their difference, and a search for inputs on which they differ."""
    spec = proof.module + "_spec"
    # What no engine has as a module of its own is put together for the proof.
    joined = RTL / "formal" / f"{proof.module}.sv"
    held = "".join(f" -set in_{name} {value}" for name, value in proof.inputs.items())
    return [
        read_command(proof.folder, proof.module, proof.parameters, extra=[joined] if joined.exists() else []),
        f"prep -flatten -top {proof.module}",
        f"rename {proof.module} implementation",
        "design -stash block",
        read_command(proof.folder, spec, proof.parameters, extra=[RTL / "formal" / f"{spec}.sv"]),
        f"prep -flatten -top {spec}",
        f"rename {spec} specification",
        "design -copy-from block implementation",
        "miter -equiv -flatten -ignore_gold_x specification implementation difference",
        "opt -full difference",
        f"sat -verify -prove trigger 0 -set-def-inputs{held} -show-inputs -show-outputs difference",
    ]


def run(name):
    """In a process of its own: an error of yosys ends it."""
    from pyosys import libyosys

    design = libyosys.Design()
    for command in script(next(proof for proof in PROOFS if proof.name == name)):
        libyosys.run_pass(command, design)


def main(names):
    if names[:1] == ["--one"]:
        run(names[1])
        return 0
    wanted = [proof for proof in PROOFS if not names or proof.name in names or proof.module in names]
    failed = []
    for proof in wanted:
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "tools.rtl.prove", "--one", proof.name],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        proved = done.returncode == 0 and "SAT proof finished - no model found: SUCCESS!" in done.stdout
        print(f"{proof.name}: {'proved' if proved else 'NOT PROVED'} in {time.monotonic() - start:.1f} s", flush=True)
        if not proved:
            print(done.stdout[-3000:])
            failed.append(proof.name)
    print(f"{len(wanted) - len(failed)} of {len(wanted)} proved")
    return 1 if failed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
