"""Worst paths of a mapped netlist by OpenSTA."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

SCRIPT = """
read_liberty {liberty}
read_verilog {verilog}
link_design {top}
{clock}
set inputs {{{inputs}}}
set_driving_cell -lib_cell {driver} [get_ports $inputs]
set_load {load} [all_outputs]
set_input_delay -clock clock 0 [get_ports $inputs]
set_output_delay -clock clock 0 [all_outputs]
report_checks -path_delay max -digits 6 -format slack_only
exit
"""


def closing_period(netlist, verilog, liberty, library):
    """The period in ps at which the worst path of a netlist closes: register to register, and from and to its ports, which are
    given the whole period. The clock is ideal, wires have no length. `library` is `Cells.summary`."""
    tool = shutil.which("sta")
    if tool is None:
        raise SystemExit("sta (Debian package opensta) is not installed")
    unit = library["timeUnit"]
    # Any period will do: what is left of it, or lacks, says how long the path is.
    period = 10_000.0
    inputs = [name for name, (direction, _) in netlist.ports.items() if direction == "input" and name != "clk_i"]
    clock = f"create_clock -name clock -period {period / unit} "
    if "clk_i" in netlist.ports:
        clock += "[get_ports {clk_i[0]}]"
    script = SCRIPT.format(
        liberty=liberty, verilog=verilog, top=netlist.top, clock=clock, driver=library["driver"],
        inputs=" ".join(bit_names(netlist, inputs)), load=library["load"] / library["loadUnit"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "timing.tcl"
        path.write_text(script)
        done = subprocess.run([tool, "-no_splash", "-exit", path], capture_output=True, text=True, check=False)
    found = re.search(r"^\w+\s+(-?[\d.]+)$", done.stdout, re.M)
    if done.returncode != 0 or found is None or "Error" in done.stdout + done.stderr:
        raise RuntimeError(f"OpenSTA fails on {netlist.top}:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
    return period - float(found.group(1)) * unit


def bit_names(netlist, names):
    """Ports as OpenSTA names them, bit by bit."""
    return [f"{name}[{place}]" for name in names for place in range(len(netlist.ports[name][1]))]
