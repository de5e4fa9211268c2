"""Elaborates every block of rtl/ with its parameters in the pinned yosys.

python3 -m tools.rtl.elaborate
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tools.rtl.blocks import blocks
from tools.rtl.sources import read_command


def elaborate(name):
    """In a process of its own: an error of yosys ends it."""
    from pyosys import libyosys

    block = next(block for block in blocks() if block.name == name)
    design = libyosys.Design()
    libyosys.run_pass(read_command(block.folder, block.top, block.parameters), design)
    libyosys.run_pass(f"hierarchy -check -top {block.top}", design)


def main(names):
    if names:
        elaborate(names[0])
        return 0
    known = blocks()

    def attempt(block):
        done = subprocess.run(
            [sys.executable, "-m", "tools.rtl.elaborate", block.name],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            print(f"{block.name}: not elaborated\n{done.stdout[-2000:]}")
        return done.returncode != 0

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = sum(pool.map(attempt, known))
    print(f"yosys: {len(known) - failed} of {len(known)} blocks elaborate")
    return 1 if failed or not known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
