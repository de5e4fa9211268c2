"""Maps blocks of rtl/ to gates with yosys and runs the gates in lockstep with the engine, as their RTL is.

python3 -m tools.rtl.netlist [--vectors N] [--record FILE] [BLOCK ...]

Blocks that the record knows as they are now are left out.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from tools.rtl.blocks import ACCELSIM, blocks
from tools.rtl.sources import read_command


def write_netlist(block, path):
    """Two-input gates, multiplexers and flip-flops; no operator of the RTL is left."""
    from pyosys import libyosys

    design = libyosys.Design()
    for command in [
        read_command(block.folder, block.top, block.parameters),
        f"synth -flatten -top {block.top}",
        "abc -g simple",
        # Flip-flops with enable and synchronous reset become plain ones behind multiplexers.
        "dfflegalize -cell $_DFF_P_ 01",
        "clean -purge",
        # Verilator 5.006 takes bits of a vector that depend on one another for a loop, and may then show values of the vector
        # before: gates read wires of one bit, never an output.
        f"hierarchy -top {block.top}",
        "iopadmap -bits -outpad $_BUF_ A:Y",
        "splitnets",
        f"rename -top {block.top}",
        f"write_verilog -noattr {path}",
    ]:
        libyosys.run_pass(command, design)


def run(block, vectors):
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{block.top}.v"
        made = subprocess.run(
            [sys.executable, "-m", "tools.rtl.netlist", "--write", str(path), block.name],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if made.returncode != 0:
            return "no netlist:\n" + made.stdout[-2000:], time.monotonic() - start
        done = subprocess.run(
            [ACCELSIM, "cosim", "--block", block.name, "--netlist", str(path), "--vectors", str(vectors)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return ("equal" if done.returncode == 0 else done.stdout[-2000:]), time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="BLOCK")
    parser.add_argument("--vectors", type=int, default=20000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--record", type=Path, help="what was found, as JSON")
    parser.add_argument("--write", metavar="FILE", help="only write the netlist of one block")
    arguments = parser.parse_args()
    wanted = [block for block in blocks() if (block.name in arguments.names if arguments.names else block.kind == "block")]
    unknown = set(arguments.names) - {block.name for block in wanted}
    if unknown:
        parser.error(f"there is no block {', '.join(sorted(unknown))}")
    if arguments.write:
        write_netlist(wanted[0], arguments.write)
        return 0
    record = json.loads(arguments.record.read_text()) if arguments.record and arguments.record.exists() else {}
    names = {block.name for block in wanted} if not arguments.names else set(record) | set(arguments.names)
    record = {name: entry for name, entry in record.items() if name in names}
    stale = [block for block in wanted if record.get(block.name, {}).get("digest") != block.digest]
    failed = []
    lock = Lock()

    # A run that is stopped loses nothing of what it has found.
    def keep():
        if arguments.record:
            arguments.record.write_text(json.dumps(dict(sorted(record.items())), indent=1) + "\n")

    def judge(block):
        outcome, seconds = run(block, arguments.vectors)
        print(f"{block.name}: {outcome} in {seconds:.1f} s", flush=True)
        with lock:
            record.pop(block.name, None)
            if outcome == "equal":
                record[block.name] = {"digest": block.digest, "vectors": arguments.vectors}
            else:
                failed.append(block.name)
            keep()

    with ThreadPoolExecutor(arguments.workers) as pool:
        list(pool.map(judge, stale))
    keep()
    print(f"{len(wanted) - len(failed)} of {len(wanted)} netlists equal")
    return 1 if failed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
