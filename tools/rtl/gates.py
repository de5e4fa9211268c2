"""A mapped netlist: cells on numbered nets, as yosys writes it in JSON."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Netlist:
    top: str
    # Name of a port: (direction, nets from the lowest bit on).
    ports: dict
    # (type, {pin: net}); a net is a number, or "0", "1" or "x".
    cells: list

    @staticmethod
    def read(path, top):
        module = json.loads(Path(path).read_text())["modules"][top]
        ports = {name: (port["direction"], port["bits"]) for name, port in module["ports"].items()}
        cells = [
            (cell["type"], {pin: bits[0] for pin, bits in cell["connections"].items() if bits})
            for _, cell in sorted(module["cells"].items()) if cell["type"] != "$scopeinfo"]
        return Netlist(top, ports, cells)

    def counts(self):
        return Counter(kind for kind, _ in self.cells)

    def total(self, cells, name):
        """The sum of a figure of each cell."""
        return sum(count * cells[kind][name] for kind, count in sorted(self.counts().items()))

    def verilog(self):
        """Structural Verilog in which net number N is the wire nN, so that whatever counts by wire counts by net."""
        lines = self.head()
        for index, (kind, pins) in enumerate(self.cells):
            connections = ", ".join(f".{pin}({wire(net)})" for pin, net in sorted(pins.items()))
            lines.append(f"  {kind} u{index} ({connections});")
        return "\n".join([*lines, "endmodule", ""])

    def head(self):
        """Ports, wires, and which ports are which wires."""
        nets = sorted({net for _, bits in self.ports.values() for net in bits if isinstance(net, int)}
                      | {net for _, pins in self.cells for net in pins.values() if isinstance(net, int)})
        lines = [f"module {self.top} ({', '.join(self.ports)});"]
        lines += [f"  {direction} [{len(bits) - 1}:0] {name};" for name, (direction, bits) in self.ports.items()]
        lines += [f"  wire n{net};" for net in nets]
        for name, (direction, bits) in self.ports.items():
            if direction == "input":
                lines += [f"  assign n{net} = {name}[{place}];" for place, net in enumerate(bits)]
            else:
                lines.append(f"  assign {name} = {{{', '.join(wire(net) for net in reversed(bits))}}};")
        return lines


def wire(net):
    return f"n{net}" if isinstance(net, int) else f"1'b{0 if net in 'xz' else net}"
